"""Which events of a run webhooks are told of, and in what words.

Source: Standard Webhooks, "Payload structure" and "Webhook headers".
"""

from magicai.messages import Surface
from magicai.runs.run import JSON, Run, RunEvent, RunStatus
from magicai.surfaces import in_words_of
from magicai.values.times import to_iso

_OF_STATUS = {
    RunStatus.COMPLETED: "run.completed",
    RunStatus.PARTIAL: "run.partial",
    RunStatus.FAILED: "run.failed",
}
_REVIEW = "run.needs_review"
EVENTS = (*_OF_STATUS.values(), _REVIEW)


def type_of(event: RunEvent) -> str | None:
    """The type under which webhooks are told of an event; None where they are not."""
    if event.kind == "status":
        return _OF_STATUS.get(event.status)
    return _REVIEW if event.kind == "review" else None


def event_id_of(event: RunEvent) -> str:
    """The event's id for receivers: the same in every try. It must not hold a dot."""
    return f"msg_{event.run_id}_{event.sequence}"


def payload_of(run: Run, event: RunEvent, type_: str) -> JSON:
    """What is sent: what happened to which run, and where more is; neither its parameters nor its result."""
    fields: JSON = {
        "run_id": run.run_id,
        "workflow": run.workflow,
        "status": event.status,
        "origin": run.origin,
        "follows": run.follows,
        "created_at": to_iso(run.created_at),
        "finished_at": None if run.finished_at is None else to_iso(run.finished_at),
        "links": {"run": f"/api/runs/{run.run_id}", "result": f"/api/runs/{run.run_id}/result"},
    }
    if event.kind == "review":
        fields["review"] = in_words_of(Surface.API, event.data)
    return {"type": type_, "timestamp": to_iso(event.at), "data": fields}
