from pathlib import Path

import pytest

from magicai.cli.samples import sample_again, sample_of, sampled
from magicai.errors import Invalid
from magicai.settings import Settings

CRAWL = "crawl-analyze-generate"


def test_a_workflow_without_a_sample_says_which_come_with_one() -> None:
    assert sorted(sampled()) == [CRAWL, "product-list"]
    with pytest.raises(Invalid, match="count-words has no sample") as caught:
        sample_of("count-words", {})
    assert caught.value.way_out == f"Omit --sample. These have one: {CRAWL}, product-list."


@pytest.mark.parametrize(
    ("workflow", "request_"),
    [("count-words", {"texts": ["a"]}), (CRAWL, {}), (CRAWL, {"competitor_url": ["https://shop.example/"]})],
)
def test_what_read_no_sample_is_gone_on_with_without_one(
    tmp_path: Path, workflow: str, request_: dict[str, list[str]]
) -> None:
    with sample_again(workflow, Settings(home=tmp_path), request_) as sample:
        assert sample is None


def test_a_sample_run_says_where_it_is_kept_if_that_is_not_the_store_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("HOME", str(tmp_path)), ("CRAWL_ALLOW_HOSTS", ""), ("CRAWL_DELAY", "0")):
        monkeypatch.setenv(f"MAGICAI_{name}", value)  # put back, whatever the run leaves there
    with sample_of(CRAWL, {}) as sample:
        sample.enter_environment()
        assert capsys.readouterr().err == ""
        monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/magicai")
        sample.enter_environment()
    said = capsys.readouterr().err
    assert f"kept in {tmp_path}. To show it later, unset DATABASE_URL." in said
