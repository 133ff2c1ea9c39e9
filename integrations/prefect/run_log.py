"""What happens to a run, a sentence each, for the log that Prefect's user interface shows."""

from typing import Any

from magicai.runs.run import RunEvent, RunStatus

_ENDS = {
    RunStatus.COMPLETED: "The run has completed.",
    RunStatus.PARTIAL: "The run has ended, and something is missing: see its problems.",
    RunStatus.FAILED: "The run has failed.",
    RunStatus.CANCELLED: "The run was cancelled; what was gathered is kept.",
}


def sentence_of(event: RunEvent) -> str | None:
    """An event in words; None of one that tells nothing new."""
    step = (event.current_task or "").replace("_", " ")
    match event.kind:
        case "plan":
            names = ", ".join(one["name"].replace("_", " ") for one in event.data["steps"])
            return f"Plan {event.data['revision']}: {names}. Why: {event.data['reason']}."
        case "step":
            return _of_step(step, event.data)
        case "problem" | "failure":
            problem = event.data["problem"]
            return f"Problem: {problem['what']} {problem['way_out']}".strip()
        case "status" if event.status.ended:
            return _ENDS[event.status]
        case _:
            return None


def _of_step(step: str, data: dict[str, Any]) -> str | None:
    match data.get("state"):
        case "started":
            return f"Started: {step}."
        case "done":
            return f"Finished: {step}, in {data['duration_s']:.1f} s."
        case "kept":
            return f"Kept: {step}, which an earlier attempt has done."
        case "left_out" | "failed" | "waiting" as state:
            return f"{state.replace('_', ' ').capitalize()}: {step}. {data['why']}"
        case "cancelled":
            return f"Cancelled: {step}."
        case _:
            return None
