"""How the installation is doing, for those who run it."""

from collections.abc import Iterable
from itertools import groupby

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.doctor import Finding, Health, examine
from magicai.errors import MagicError
from magicai.operations.operation import MODEL_S, Context, operation
from magicai.ports import FailedRun
from magicai.runs.run import Problem
from magicai.shapes.installation import (
    BackupShown,
    CauseShown,
    CheckShown,
    ChecksShown,
    FailedRunShown,
    OperationsShown,
)
from magicai.values.times import DAY_US, now_us

TAG = "operations"
_COUNTED = 500
_SHOWN = 5


@operation("GET", "/api/operations", role=Role.OPERATOR, polled=True)
async def show_operations(context: Context) -> OperationsShown:
    """Why runs failed in the last 24 hours, and the latest backup."""
    failed = await context.records.runs.failed(since=now_us() - DAY_US, limit=_COUNTED + 1)
    return OperationsShown(
        failures=_causes(context, failed[:_COUNTED]),
        more_failures=len(failed) > _COUNTED,
        backup=await _last_backup(context),
    )


@operation("POST", "/api/operations/checks", role=Role.OPERATOR, member=WorkspaceRole.VIEWER, patience_s=MODEL_S)
async def check_installation(context: Context) -> ChecksShown:
    """Check that every part works, by using it, as `magicai doctor` does. This may take a minute."""
    from integrations.health import checks, import_clients

    import_clients(context.ports)
    tried = checks(context.ports)
    found = {finding.name: finding async for finding in examine(tried)}
    healths = {finding.health for finding in found.values()}
    return ChecksShown(
        healthy=not healths & {Health.BAD, Health.LATE},
        checks=[_shown(context, found[check.name]) for check in tried],
    )


def _shown(context: Context, finding: Finding) -> CheckShown:
    error = finding.error and context.say.error(finding.error)
    return CheckShown(
        name=finding.name,
        health=finding.health,
        words=error.what if error else context.say.data(finding.words),
        message=error.message if error else None,
        way_out=error.way_out if error else finding.way_out,
        way=error.way if error else None,
    )


def _causes(context: Context, failed: Iterable[FailedRun]) -> list[CauseShown]:
    """Failures by the message of their first problem, whatever its parameters: the latest stands for all."""
    by_cause = sorted(failed, key=_cause)  # stable: the newest of each stays first
    found = [_cause_shown(context, list(runs)) for _, runs in groupby(by_cause, key=_cause)]
    return sorted(found, key=lambda cause: -cause.count)


def _cause(run: FailedRun) -> str:
    if run.problem is None:
        return ""
    return run.problem.message.code if run.problem.message else run.problem.what


def _cause_shown(context: Context, runs: list[FailedRun]) -> CauseShown:
    problem: Problem | None = runs[0].problem and context.say.model(runs[0].problem)
    return CauseShown(
        problem=problem.what if problem else "",
        message=problem and problem.message,
        way_out=problem.way_out if problem else "",
        way=problem and problem.way,
        count=len(runs),
        latest=[
            FailedRunShown(
                run_id=run.run_id,
                workflow=run.workflow,
                failed_at=run.finished_at,
                yours=run.owner_id == context.owner_id,
            )
            for run in runs[:_SHOWN]
        ],
    )


async def _last_backup(context: Context) -> BackupShown | None:
    from integrations.archive.open import open_archive
    from magicai.stores.backup import backups, made_at

    if context.settings.backup_dir is None:
        return None
    try:
        names = await backups(open_archive(context.settings))
    except MagicError as exc:
        error = context.say.error(exc)
        return BackupShown(made_at=None, problem=error.what, message=error.message)
    return BackupShown(made_at=made_at(names[-1]) if names else None, problem="", message=None)
