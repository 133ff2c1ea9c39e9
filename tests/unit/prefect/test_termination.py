"""A process that is asked to end while it carries out a run, and while it carries out none."""

import signal
import subprocess
import sys

import pytest

PAUSES = """
import asyncio, os, signal
from integrations.prefect import termination
from magicai.errors import Temporary

tries = 0

async def pause():
    global tries
    tries += 1
    if tries == 1:
        raise Temporary("The records are away.")
    paused.set()

async def run():
    global paused
    paused = asyncio.Event()
    if early:
        os.kill(os.getpid(), signal.SIGTERM)
    async with termination.pausing(pause):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        await paused.wait()
    print("paused", flush=True)
    while hangs:
        await asyncio.sleep(1)

termination._AGAIN_S, termination._REPORT_S = 0.01, 0.2
termination.heed()
with termination.carrying_out():
    asyncio.run(run())
print(termination.asked())
"""


def ended(**given: bool) -> "subprocess.CompletedProcess[str]":
    code = "\n".join([*(f"{name} = {value}" for name, value in given.items()), PAUSES])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("early", [False, True])
def test_a_run_is_paused_once_it_can_be_however_often_its_process_is_asked_to_end(*, early: bool) -> None:
    done = ended(early=early, hangs=False)
    assert (done.returncode, done.stdout.split()) == (0, ["paused", "True"]), done.stderr


def test_one_whose_end_cannot_be_reported_ends_all_the_same() -> None:
    done = ended(early=False, hangs=True)
    assert (done.returncode, done.stdout.split()) == (128 + signal.SIGTERM, ["paused"]), done.stderr


def test_a_process_without_a_run_ends_at_once() -> None:
    code = "import os, signal; from integrations.prefect import termination; termination.heed()"
    code += "; os.kill(os.getpid(), signal.SIGTERM); print('lives')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, ""), done.stderr
