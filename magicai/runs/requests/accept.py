"""A request becomes a run: checked, with a key if it must be one run however often it is asked for."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from magicai.errors import Invalid, reused_key
from magicai.messages import Message, say
from magicai.messages.validation import reason_of
from magicai.ports import Records
from magicai.runs.requests.fields import field_at, holds_secret, shape_of
from magicai.runs.requests.files_in import names_of_files
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin, Run, RunStatus
from magicai.values.ids import new_id
from magicai.values.times import now_us

_MOST_TOLD = 20


async def accept(
    records: Records,
    workflow: str,
    request: BaseModel,
    *,
    owner_id: str,
    origin: Origin,
    started_by: str | None = None,
    key: str | None = None,
    follows: str | None = None,
    waits: bool = False,
) -> Run:
    """Turn a request into a run: a row, before anything is done.

    Args:
        request: as `prepare_request` made it, where it came from outside.
        owner_id: the workspace that it belongs to.
        started_by: the user who wants it.
        key: the same owner and key again give the first run back; a new run each time where None.
        follows: the run that led to it.
        waits: whether it begins only once that run has ended.
    """
    run_id = new_id()
    run = Run(
        run_id=run_id,
        owner_id=owner_id,
        workflow=workflow,
        request=as_row(request),
        origin=origin,
        status=RunStatus.QUEUED,
        created_at=now_us(),
        started_by=started_by,
        follows=follows,
        file_names=await names_of_files(records, request, owner_id=owner_id),
        waits=waits,
    )
    return await records.runs.add(run, key=key or run_id)


async def accept_once(
    records: Records,
    workflow: str,
    request: BaseModel,
    *,
    owner_id: str,
    origin: Origin,
    key: str,
    started_by: str | None = None,
) -> Run:
    """Turn a request into a run, or answer the run that the same key has made.

    Raises:
        Invalid: the key came with another request before.
    """
    # Apart from keys that somebody else may give: those of runs without a key are their ids.
    run = await accept(
        records, workflow, request, owner_id=owner_id, origin=origin, started_by=started_by, key=f"once:{key}"
    )
    if run.workflow != workflow or run.request != as_row(request):
        raise reused_key(key)
    return run


def check_request(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    """A workflow's parameters from what somebody typed.

    Raises:
        Invalid: names every value that is wrong, and why.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as exc:
        wrong = [_sentence(model, error) for error in exc.errors(include_url=False)[:_MOST_TOLD]]
        more = exc.error_count() - len(wrong)
        raise Invalid(
            "values_invalid", faults=[*wrong, *([say("more_values_invalid", n=more)] if more else [])]
        ) from exc


def _sentence(model: type[BaseModel], error: Any) -> Message:
    name = ".".join(str(part) for part in error["loc"] if not isinstance(part, int)) or "the request"
    reason = reason_of(error)
    field = field_at(model, error["loc"])
    match error["type"]:
        case "value_error":
            return reason
        case "extra_forbidden":
            return say("parameter_unknown", name=name)
        case "missing":
            wanted = field.description if field else None
            if not wanted:
                return say("parameter_missing", name=name)
            return say(
                "described_parameter_missing", name=name, description=f"{wanted[:1].lower()}{wanted[1:].rstrip('.')}"
            )
        case _ if field is not None and holds_secret(shape_of(field)):
            return say("secret_parameter_invalid", name=name, reason=reason)
        case _:
            return say("parameter_invalid", name=name, value=f"{error['input']!r:.200}", reason=reason)
