"""Why an installation failed, in one sentence with the way out."""

import errno
import re
from pathlib import Path

GOES_ON = "the same command goes on where it was"
OTHER_FOLDER = "name another folder for the environment: MAGICAI_VENV=/folder python3 start.py"

# What pip 22.3 to 26.3 write, and what is said of it; the first that is found counts. In braces: groups of the pattern,
# the package that pip was at, and the environment's folder.
SENTENCES = {
    r"DO NOT MATCH THE HASHES.*?\n\s+(?P<changed>[\w.-]+==[^\s;]+)": (
        "{changed} as the package index served it is not the file that the lock names (its SHA-256 differs), so it was "
        "not installed: the index or a proxy changed it; ask who runs it, or use another: PIP_INDEX_URL"
    ),
    r"No space left on device|There is not enough space on the disk|Disk quota exceeded": (
        f"the disk of {{venv}} became full; free some space and call it again ({GOES_ON}), or {OTHER_FOLDER}"
    ),
    r"\[Errno (?:1|13|30)\] (?P<why>[^:\n]+): '(?P<file>[^'\n]+)'": (
        f"cannot write {{file}} ({{why}}); {OTHER_FOLDER}"
    ),
    r"CERTIFICATE_VERIFY_FAILED": (
        "{package} could not be fetched: the certificate of the package index is not trusted; where a proxy opens TLS, "
        "name its authority: PIP_CERT=/authority.pem python3 start.py"
    ),
    r"(?:HTTP error|ERROR: HTTP) (?P<status>\d{3})|(?P<answer>\d{3}) (?:Client|Server) Error": (
        "{package} could not be fetched: the package index answered {status}{answer}; look at what pip is set to "
        f"(`python3 -m pip config list`), or try later: {GOES_ON}"
    ),
    r"connection broken by|NewConnectionError|Max retries exceeded|Connect(?:ion)?(?:Error|Timeout)|ReadTimeout"
    r"|Read timed out|Connection aborted|IncompleteRead|IncompleteDownload|ProtocolError|RemoteDisconnected"
    r"|Temporary failure in name resolution|Name or service not known|getaddrinfo failed|Failed to establish": (
        "{package} could not be fetched: there is no connection to the package index; look at the network, or at pip's "
        f"settings for a proxy or a mirror (PIP_PROXY, PIP_INDEX_URL; docs/install.md), then {GOES_ON}"
    ),
    r"No matching distribution found for (?P<missing>[\w.-]+==[^\s;]+)": (
        "pip's package index gave no wheel of {missing} for this machine: it lacks it, or refuses or fails just now; "
        "where it is a mirror of your own look there, or name another: PIP_INDEX_URL"
    ),
}


class InstallationError(Exception):
    """The environment cannot be made; the text is one sentence that says why and what to do."""


def of_pip(log: str, path: Path) -> InstallationError:
    """Read in pip's log why it ended with an error; the log is in the environment's folder."""
    at = re.findall(r"^(?:ERROR: No matching distribution found for|Collecting) ([^\s;(]+)", log, re.MULTILINE)
    package = at[-1] if at else "a package"
    for pattern, sentence in SENTENCES.items():
        if found := re.search(pattern, log, re.DOTALL):
            parts = {name: text or "" for name, text in found.groupdict().items()}
            return InstallationError(sentence.format(package=package, venv=path.parent, **parts))
    errors = re.findall(r"^(?:ERROR|\w+Error): .*", log, re.MULTILINE)
    last = (errors or log.strip().splitlines() or ["it said nothing"])[-1]
    return InstallationError(f"pip failed: {last.strip()} (all that it said: {path}); {GOES_ON}")


def of_os(error: OSError, path: Path) -> InstallationError:
    """Say why a file or folder of the environment cannot be written."""
    where, why = error.filename or path, error.strerror or error
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return InstallationError(f"no space left for {where}; free some ({GOES_ON}), or {OTHER_FOLDER}")
    return InstallationError(f"cannot write {where} ({why}); clone the project to a folder of yours, or {OTHER_FOLDER}")
