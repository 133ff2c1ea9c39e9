"""What every run's result has, whatever its workflow: its status, time, cost, decision and problems."""

from collections.abc import Iterable
from decimal import Decimal

from magicai.runs.execution.journal import Journal
from magicai.runs.plan import Decision
from magicai.runs.run import JSON, Attempt, Cost, Problem, Run, RunResult, RunStatus
from magicai.values.times import to_iso


def result_of(run: Run, attempt: Attempt, journal: Journal, status: RunStatus, decision: Decision | None) -> JSON:
    """What every run's result has, of a run that ends now."""
    finished = journal.now()
    earlier = sum(us for number, us in journal.worked_us.items() if number != attempt.number)
    worked_us = earlier + finished - attempt.started_at
    return ended_result(
        run, attempt, journal, status, decision, worked_us=worked_us, finished_at=finished, problems=journal.problems
    )


def ended_result(
    run: Run,
    attempt: Attempt,
    journal: Journal,
    status: RunStatus,
    decision: Decision | None,
    *,
    worked_us: int,
    finished_at: int,
    problems: Iterable[Problem],
    interrupted: bool = False,
) -> JSON:
    """What every run's result has.

    Args:
        attempt: the last, as `journal` is its.
        worked_us: how long its attempts took together.
    """
    usage = journal.usage
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=status,
        started_at=to_iso(run.started_at or attempt.started_at),
        finished_at=to_iso(finished_at),
        execution_time=worked_us / 1_000_000,
        cost=Cost(
            amount=Decimal(str(usage.cost or 0.0)),
            currency=usage.currency,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            estimated=journal.estimated,
        ),
        decision=decision,
        problems=tuple(problems),
        interrupted=interrupted,
    ).model_dump(mode="json")
