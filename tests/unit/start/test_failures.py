import errno
import os
from pathlib import Path

import pytest

from requirements import failures

LOG = Path("/project/.venv/start.log")
RETRIES = """\
Collecting filelock==4.2.12
WARNING: Retrying (Retry(total=4, connect=None, read=None)) after connection broken by 'NewConnectionError('<Connection
 object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure')': /simple/filelock/
ERROR: Could not find a version that satisfies the requirement filelock==4.2.12 (from versions: none)
ERROR: No matching distribution found for filelock==4.2.12
"""
HASHES = """\
Collecting six==1.17.0
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions,
 please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.
    filelock==4.2.12 from http://127.0.0.1/filelock-4.2.12-py3-none-any.whl (from -r run.txt (line 1)):
        Expected sha256 00
             Got        11
"""
NO_SPACE = """\
Collecting pyarrow==26.0.1
  Downloading pyarrow-26.0.1.whl (55 MB)
ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
"""
DENIED = """\
ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/project/.venv/lib/x'
Check the permissions.
"""
CERTIFICATE = """\
Collecting six==1.17.0
WARNING: Retrying (Retry(total=4)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL:
 CERTIFICATE_VERIFY_FAILED] certificate verify failed'))': /simple/six/
"""
REFUSED = """\
Collecting six==1.17.0
ERROR: HTTP error 403 while getting http://127.0.0.1/six.whl
"""
TIMED_OUT = """\
Collecting pyarrow==26.0.1
  Downloading pyarrow-26.0.1.whl (55 MB)
pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x', port=443): Read timed out.
"""
LACKING = """\
ERROR: Could not find a version that satisfies the requirement six==1.17.0 (from versions: 1.16.0)
ERROR: No matching distribution found for six==1.17.0
"""


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (RETRIES, ["filelock==4.2.12", "no connection", "PIP_INDEX_URL", "goes on"]),
        (HASHES, ["filelock==4.2.12", "SHA-256 differs", "not installed"]),
        (NO_SPACE, ["/project/.venv became full", "MAGICAI_VENV"]),
        (DENIED, ["cannot write /project/.venv/lib/x (Permission denied)", "MAGICAI_VENV"]),
        (CERTIFICATE, ["six==1.17.0", "certificate", "PIP_CERT"]),
        (REFUSED, ["six==1.17.0", "answered 403", "pip config list"]),
        (TIMED_OUT, ["pyarrow==26.0.1 could not be fetched", "no connection"]),
        (LACKING, ["no wheel of six==1.17.0", "mirror"]),
        ("some\nERROR: something new\nmore\n", ["pip failed: ERROR: something new", str(LOG)]),
        ("Killed\n", ["pip failed: Killed"]),
        ("", ["it said nothing", str(LOG)]),
    ],
)
def test_what_pip_said_becomes_one_sentence_with_the_way_out(log: str, words: list[str]) -> None:
    said = str(failures.of_pip(log, LOG))

    assert "\n" not in said
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space left for /project/.venv"),
        (errno.EROFS, "cannot write /project/.venv (Read-only"),
        (errno.EACCES, "cannot write /project/.venv (Permission denied"),
        (errno.ENAMETOOLONG, "cannot write /project/.venv (File name too long"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(number: int, words: str) -> None:
    said = str(failures.of_os(OSError(number, os.strerror(number), "/project/.venv"), Path("/elsewhere")))

    assert words in said
    assert "MAGICAI_VENV" in said
