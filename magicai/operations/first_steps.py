"""What a new workspace does first: done is what its data show."""

from collections.abc import Awaitable, Callable, Collection

from magicai.accounts.identity import WorkspaceRole
from magicai.operations.operation import Context
from magicai.runs import declarations
from magicai.runs.run import RunStatus
from magicai.shapes.home import FirstStep

TAG = "home"
# Whether a step is done; runs of the sample data do none. Subjects list theirs by name as `FIRST_STEPS`.
Done = Callable[[Context, Collection[str]], Awaitable[bool]]
_ENDED_WELL = (RunStatus.COMPLETED, RunStatus.PARTIAL)


async def first_steps(context: Context, samples: Collection[str], *, has_model: bool) -> list[FirstStep]:
    """The steps, for those who may do them.

    Args:
        samples: runs of the sample data.
    """
    if not context.caller.workspace_role.covers(WorkspaceRole.EDITOR):
        return []
    subjects = declarations.of_subjects("magicai.operations.subjects")
    steps: dict[str, Done] = {}
    for module in subjects:
        steps |= getattr(module, "FIRST_STEPS", {})
    done = {name: await is_done(context, samples) for name, is_done in steps.items()}
    return [FirstStep(name=name, done=is_done) for name, is_done in {"model": has_model, **done}.items()]


def has_run(workflow: str) -> Done:
    """Done once a run of a workflow has ended well."""

    async def done(context: Context, samples: Collection[str]) -> bool:
        runs = await context.records.runs.listed(
            owner_id=context.owner_id, workflow=workflow, statuses=_ENDED_WELL, limit=len(samples) + 1
        )
        return any(run.run_id not in samples for run in runs)

    return done
