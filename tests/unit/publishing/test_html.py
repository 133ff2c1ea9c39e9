"""A text that came as HTML keeps its links, and the cells of its tables apart."""

from magicai.publishing.html import as_written


def test_a_link_keeps_its_address() -> None:
    assert as_written('<p>See <a href="https://havn.example/care">our guide</a>.</p>') == (
        "See [our guide](https://havn.example/care)."
    )


def test_a_link_that_runs_code_keeps_its_words_only() -> None:
    assert as_written('<p><a href="javascript:alert(1)">Read</a></p>') == "Read"


def test_cells_do_not_run_together() -> None:
    made = as_written("<table><tr><td>Weight</td><td>2 kg</td></tr><tr><td>Height</td><td>42 cm</td></tr></table>")
    assert [line.strip() for line in made.split("\n") if line.strip()] == ["Weight 2 kg", "Height 42 cm"]
