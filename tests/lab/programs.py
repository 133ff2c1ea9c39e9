"""Programs that are run to their end."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from magicai.errors import Missing
from tests.lab.account import Identity

_TAIL = 12  # lines of what it printed that an error quotes


def run(
    words: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    who: Identity | None = None,
    said: str | None = None,
    limit_s: float = 900,
) -> str:
    """What a program printed.

    Args:
        words: program and arguments.
        cwd: its working directory; this process's own where None.
        environment: all that it gets; this process's own where None.
        who: the account; this process's own where None.
        said: what it reads from standard input.
        limit_s: how long it may take.

    Raises:
        Missing: it is not there, failed, or took too long; quotes its last lines.
    """
    name = Path(words[0]).name
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env=environment,
            input=said or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
            **(who or {}),
        )
    except OSError as exc:
        raise Missing(f"{name} can't be run: {exc}.") from exc
    except subprocess.TimeoutExpired as exc:
        raise Missing(f"{name} was not done after {limit_s:g} s.") from exc
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-_TAIL:])
        raise Missing(f"{name} failed with status {done.returncode}:\n{last}\n")
    return done.stdout
