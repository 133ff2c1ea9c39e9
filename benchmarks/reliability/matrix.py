"""Every server and every fault, a whole run each: `python -m benchmarks.reliability matrix`.

Prints a table; 0 where nothing was wrong. Takes an hour or so on two idle cores, so each outcome is added to the file
that `--out` names, and what that has is not taken again.
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

from benchmarks.reliability.cells import Disturbed, Outcome
from benchmarks.reliability.disturbances import FAULTS, Target
from benchmarks.reliability.installation import Installation, addresses, behind_proxies
from magicai.values.ids import new_id
from tests.lab.lab import Lab
from tests.lab.servers import SERVERS

_TRUTH_GONE = ("postgresql", "emptied")


def main(words: list[str]) -> int:
    """Disturb, and tell what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability matrix", description=__doc__)
    parser.add_argument("--servers", nargs="+", choices=list(SERVERS), default=list(SERVERS), metavar="NAME")
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), metavar="FAULT")
    parser.add_argument("--out", type=Path, help="each outcome is added to this file, one JSON object a line")
    parser.add_argument("--lab", type=Path, help="a lab that runs, with all servers; it is left running")
    wanted = parser.parse_args(words)
    signal.signal(signal.SIGTERM, _end)
    outcomes = _kept(wanted.out)
    done = {(outcome.server, outcome.fault) for outcome in outcomes if not outcome.wrong}
    order = [(name, fault) for fault in wanted.faults for name in wanted.servers if (name, fault) != _TRUTH_GONE]
    order += [_TRUTH_GONE] if "emptied" in wanted.faults and "postgresql" in wanted.servers else []
    left = [cell for cell in order if cell not in done]
    if left:
        for outcome in _disturbed(wanted.lab, left):
            print(outcome, file=sys.stderr, flush=True)
            outcomes.append(outcome)
            if wanted.out:
                with wanted.out.open("a", encoding="utf-8") as file:
                    file.write(f"{json.dumps(asdict(outcome))}\n")
    latest = {(outcome.server, outcome.fault): outcome for outcome in outcomes}
    print(table([latest[cell] for cell in order if cell in latest]))
    return int(any(outcome.wrong for outcome in latest.values()))


def _disturbed(lab: Path | None, wanted: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="magicai-matrix-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o755)  # the lab's servers run in an account of their own
        with _lab(lab, folder) as running:
            yield from cells(running, folder / "home", wanted)


def _kept(file: Path | None) -> list[Outcome]:
    if file is None or not file.exists():
        return []
    return [Outcome(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


@contextmanager
def _lab(running: Path | None, folder: Path) -> Generator[Lab]:
    """A lab with all servers that can be had."""
    lab = Lab(running or folder / "lab")
    try:
        left_out = lab.up()
        if left_out:
            print(f"left out: {', '.join(left_out)}", file=sys.stderr)
        yield lab
    finally:
        if running is None:
            lab.down()


def cells(lab: Lab, home: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
    """The outcomes of faults, each of a server; those of servers that the lab lacks are left out."""
    found = addresses(lab)
    with behind_proxies(found) as (proxies, variables):
        installation = Installation(home, variables, f"m{new_id()[-8:]}")
        try:
            disturbed = Disturbed(installation)
            disturbed.undisturbed()
            for name, fault in [cell for cell in wanted if cell[0] in proxies]:
                target = Target(lab, name, proxies[name], found[SERVERS[name].variable])
                try:
                    gone = (name, fault) == _TRUTH_GONE
                    yield disturbed.without_the_truth(target) if gone else disturbed.by(target, fault)
                except Exception as exc:  # noqa: BLE001 - the other faults are tried all the same
                    yield Outcome(name, fault, wrong=[f"{type(exc).__name__}: {exc}"])
                    proxies[name].heal()
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
