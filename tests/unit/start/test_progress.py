"""What a person sees of uv's output."""

import io
import os

from requirements import progress

UV = """Using Python 3.11.2 environment at: .
Resolved 153 packages in 473ms
Downloading prefect (6.7MiB)
Downloading pyarrow (52.5MiB)
 Downloaded prefect
 Downloaded pyarrow
Prepared 153 packages in 2.44s
 + pyarrow==26.0.1
"""
ERROR = "error: Failed to fetch: `https://mirror.test/simple/pyarrow`\n  Caused by: dns error\n"


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_a_first_installation_says_how_much_was_downloaded_and_names_no_packages() -> None:
    said = io.StringIO()
    progress.show(UV.splitlines(keepends=True), said)
    assert said.getvalue() == "Downloaded 62 MB\n"


def test_on_a_terminal_the_count_grows_in_one_line() -> None:
    said = Terminal()
    progress.show(UV.splitlines(keepends=True), said)
    assert said.getvalue() == "\rDownloaded 7 of 62 MB\rDownloaded 62 of 62 MB\n"


def test_an_error_reaches_the_person_whole() -> None:
    for said in (io.StringIO(), Terminal()):
        progress.show([*UV.splitlines(keepends=True)[:5], *ERROR.splitlines(keepends=True)], said)
        assert ERROR in said.getvalue()


def test_whatever_a_program_writes_there_is_read_to_its_end() -> None:
    with progress.shortened() as descriptor:
        os.write(descriptor, ERROR.encode())
