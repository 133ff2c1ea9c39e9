"""What every run's result has, whatever its workflow: its status, time, cost, decision and problems."""

from decimal import Decimal

from magicai.runs.execution.journal import Journal
from magicai.runs.plan import Decision
from magicai.runs.run import JSON, Attempt, Cost, Run, RunResult, RunStatus
from magicai.values.times import to_iso


def result_of(run: Run, attempt: Attempt, journal: Journal, status: RunStatus, decision: Decision | None) -> JSON:
    """What every run's result has, of a run that ends now."""
    started, finished = run.started_at or attempt.started_at, journal.now()
    earlier = sum(us for number, us in journal.worked_us.items() if number != attempt.number)
    usage = journal.usage
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=status,
        started_at=to_iso(started),
        finished_at=to_iso(finished),
        execution_time=(earlier + finished - attempt.started_at) / 1_000_000,
        cost=Cost(
            amount=Decimal(str(usage.cost or 0.0)),
            currency=usage.currency,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            estimated=journal.estimated,
        ),
        decision=decision,
        problems=tuple(journal.problems),
    ).model_dump(mode="json")
