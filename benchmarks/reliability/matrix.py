"""Every server and every fault, a whole run each: `python -m benchmarks.reliability matrix`.

Prints a table; 0 where nothing was wrong. Takes an hour or so on two idle cores, so it may be taken in parts:
`--servers`, `--faults`, each outcome added to a file by `--out`, and in the end `--told FILE` alone.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.reliability.cells import Column, Outcome
from benchmarks.reliability.disturbances import FAULTS, Target
from benchmarks.reliability.installation import Installation, addresses, before
from deployments.lab.lab import Lab
from deployments.lab.servers import SERVERS
from magicai.domain.ids import new_id

_TRUTH_GONE = ("postgresql", "emptied")


def main(words: list[str]) -> int:
    """Disturb, and tell what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability matrix", description=__doc__)
    parser.add_argument("--servers", nargs="+", choices=list(SERVERS), default=list(SERVERS), metavar="NAME")
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), metavar="FAULT")
    parser.add_argument("--out", type=Path, help="each outcome is added to this file, one JSON object a line")
    parser.add_argument("--lab", type=Path, help="a lab that runs, with all servers; it is left running")
    parser.add_argument("--told", type=Path, help="disturb nothing: print the table of such a file's outcomes")
    wanted = parser.parse_args(words)
    if wanted.told:
        lines = wanted.told.read_text(encoding="utf-8").splitlines()
        outcomes = {(told["server"], told["fault"]): Outcome(**told) for told in map(json.loads, lines)}
        print(table(list(outcomes.values())))
        return 0
    signal.signal(signal.SIGTERM, _end)
    return _disturb(wanted)


def _disturb(wanted: argparse.Namespace) -> int:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="magicai-matrix-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o755)  # the lab's servers run in an account of their own
        with _lab(wanted.lab, folder) as (lab, left_out):
            for name in [name for name in wanted.servers if name not in left_out]:
                for outcome in column(lab, name, folder / "home", wanted.faults):
                    _say(str(outcome))
                    outcomes.append(outcome)
                    if wanted.out:
                        with wanted.out.open("a", encoding="utf-8") as file:
                            file.write(f"{json.dumps(asdict(outcome))}\n")
    print(table(outcomes))
    return int(any(outcome.wrong for outcome in outcomes))


@contextmanager
def _lab(running: Path | None, folder: Path) -> Generator[tuple[Lab, list[str]]]:
    """A lab with all servers that can be had, and those that can't."""
    lab = Lab(running or folder / "lab")
    try:
        left_out = list(lab.up())
        if left_out:
            _say(f"left out: {', '.join(left_out)}")
        yield lab, left_out
    finally:
        if running is None:
            lab.down()


def column(lab: Lab, name: str, home: Path, faults: Sequence[str]) -> Iterator[Outcome]:
    """One server's outcomes."""
    found = addresses(lab)
    variable = SERVERS[name].variable
    with before(name, found) as (proxy, variables):
        installation = Installation(home, variables, f"m{new_id()[-8:]}")
        target = Target(lab, name, proxy, found[variable])
        try:
            made = Column(installation, target)
            made.undisturbed()
            for fault in faults:
                try:
                    yield made.without_the_truth() if (name, fault) == _TRUTH_GONE else made.disturbed(fault)
                except Exception as exc:  # noqa: BLE001 - the other faults are tried all the same
                    yield Outcome(name, fault, wrong=[f"{type(exc).__name__}: {exc}"])
                    proxy.heal()
                    lab.up([name])
        finally:
            installation.end()


def table(outcomes: list[Outcome]) -> str:
    """Faults by servers: how the run ended, how long until all had caught up, what reconcile found."""
    servers = list(dict.fromkeys(outcome.server for outcome in outcomes))
    faults = list(dict.fromkeys(outcome.fault for outcome in outcomes))
    cells = {(outcome.server, outcome.fault): _cell(outcome) for outcome in outcomes}
    lines = [f"| | {' | '.join(servers)} |", f"|---|{'---|' * len(servers)}"]
    lines += [f"| {fault} | {' | '.join(cells.get((server, fault), '') for server in servers)} |" for fault in faults]
    lines += ["", *(f"{one.server}, {one.fault}: {one.told or 'nothing'}" for one in outcomes)]
    return "\n".join(lines)


def _cell(outcome: Outcome) -> str:
    said = f"{outcome.ended}{', resumed' if outcome.resumed else ''}; {outcome.caught_up_s:.0f} s;"
    said += f" {outcome.first}, {outcome.second}"
    return f"**{said}: {'; '.join(outcome.wrong)}**" if outcome.wrong else said


def _end(number: int, _: object) -> None:
    """The lab ends with this process."""
    sys.exit(128 + number)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
