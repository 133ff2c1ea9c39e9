"""What a target platform would carry out instead of showing it, and characters that show something else."""

from collections.abc import Iterable
from itertools import chain

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.injection.code import code
from magicai.publishing.checks.injection.unseen import lookalikes, unseen
from magicai.publishing.checks.manuscript import Manuscript, Taken
from magicai.publishing.findings import Finding


def find(script: Manuscript, context: Context) -> Iterable[Finding]:  # noqa: ARG001 - the same of everybody
    """Everything that is not only text."""
    for written in script:
        taken = Taken(written.text)
        for one in chain(code(written, script.markup), unseen(written), lookalikes(written)):
            if taken.take(one.place.start, one.place.end):
                yield one
