"""Runs as they go, by WebSocket and by server-sent events."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any, cast

from fastapi import Header, Query, Request, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Scope
from magicai.accounts.sessions import PageProof
from magicai.api.access import At, Reader, by_ticket, count_message, count_stranger
from magicai.api.answers import problems
from magicai.api.bodies import FEW_BYTES
from magicai.api.cookies import cookie_of
from magicai.api.gateway import Gateway, gateway_of_socket
from magicai.api.problems import for_strangers, problem_of, problem_saying
from magicai.api.router import router_of
from magicai.api.strict_json import Unreadable, checked
from magicai.api.telling import said_to
from magicai.errors import Invalid, MagicError, Temporary, Unknown
from magicai.messages import say
from magicai.operations.operation import WORKSPACE_HEADER
from magicai.runs.events.messages import parse_message, receive
from magicai.runs.owned_run import owned_run
from magicai.runs.run import RunEvent
from magicai.runs.views.wording import event_for
from magicai.shapes.runs import MessageRefused, MessageTaken
from magicai.surfaces import SurfaceWords
from magicai.values.times import now_us

router = router_of("runs")
_log = logging.getLogger(__name__)
# Bytes of a message; a larger one ends its socket.
MOST_SAID = 65_536
PROTOCOL = "magicai.v1"
_BEARER, _PAGE, _WORKSPACE = "bearer.", "page.", "workspace."
# How often a login is looked at again while a socket is open, and how long one that reads nothing is waited for.
_LOOK_AGAIN_S = 5.0
_SEND_LIMIT_S = 30.0
_PING_S = 15.0
_LONGEST_ID = 128
# Close codes of the WebSocket protocol, by the status of the error; of any other, 4000 plus its status.
_CODES = {500: 1011, 503: 1013, 429: 1013}
_STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "Events.", "content": {"text/event-stream": {}}}}


@router.websocket("/ws/task/{task_id}")
async def follow_task(socket: WebSocket, task_id: str) -> None:
    """One event per message, after sequence `after`, until the run's final status, or with `stay` until you disconnect.

    What you say is answered, and reaches the use case that waits for it.
    """
    gateway = gateway_of_socket(socket)
    protocol = PROTOCOL if PROTOCOL in socket.scope.get("subprotocols", []) else None
    caller: Caller | None = None
    with contextlib.ExitStack() as held:
        try:
            after = _number(socket.query_params.get("after", "0"))
            stay = socket.query_params.get("stay", "") in ("1", "true")
            caller = await _known(gateway, socket)
            require(caller, scope=Scope.READ)
            run = await owned_run(gateway.records, task_id, owner_id=caller.owner_id)
            held.enter_context(gateway.line(caller.user.user_id))
        except MagicError as exc:
            # Accepted first: a browser tells a page nothing of a refused handshake.
            await socket.accept(protocol)
            await socket.close(*_closing(said_to(socket).error(exc if caller else for_strangers(exc))))
            return
        await socket.accept(protocol)
        await _serve(gateway, socket, caller, run.run_id, after, stay=stay)


@router.get(
    "/api/runs/{run_id}/events/stream", response_class=StreamingResponse, responses={**problems(404), **_STREAM}
)
async def stream_events(
    gateway: At,
    request: Request,
    caller: Reader,
    run_id: str,
    *,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    last_event_id: Annotated[int, Header(ge=0, le=2**53, include_in_schema=False)] = 0,
) -> StreamingResponse:
    """Server-sent events after `after` or `Last-Event-ID`, until the run's final status."""
    run = await owned_run(gateway.records, run_id, owner_id=caller.owner_id)
    gateway.check_lines(caller.user.user_id)
    return StreamingResponse(
        _stream(gateway, caller, run.run_id, max(after, last_event_id), said_to(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _serve(gateway: Gateway, socket: WebSocket, caller: Caller, run_id: str, after: int, *, stay: bool) -> None:
    answering = asyncio.Lock()
    tasks = (
        asyncio.create_task(_send(gateway, socket, run_id, after, stay=stay)),
        asyncio.create_task(_hear(gateway, socket, caller, run_id, answering)),
        asyncio.create_task(_watch(gateway, caller)),
    )
    code, reason = 1000, ""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = task.exception()
            if isinstance(error, WebSocketDisconnect):
                return
            if isinstance(error, MagicError):
                code, reason = _closing(said_to(socket).error(error))
            elif error is not None:
                raise error
        async with answering:  # what is being said is answered before it closes
            pass
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)


async def _send(gateway: Gateway, socket: WebSocket, run_id: str, after: int, *, stay: bool) -> None:
    say = said_to(socket)
    async with contextlib.aclosing(gateway.tails.follow(run_id, after=after)) as events:
        async for event in events:
            await _sent(socket, event_for(event, say))
    if stay:
        await asyncio.Event().wait()


async def _sent(socket: WebSocket, what: BaseModel) -> None:
    try:
        async with asyncio.timeout(_SEND_LIMIT_S):
            await socket.send_text(what.model_dump_json())
    except TimeoutError as exc:
        raise Temporary("client_too_slow") from exc


async def _hear(gateway: Gateway, socket: WebSocket, caller: Caller, run_id: str, answering: asyncio.Lock) -> None:
    """Answer what a client says, one thing after the other, until it goes."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        async with answering:
            await _sent(socket, await _answer(gateway, caller, run_id, message.get("text"), said_to(socket)))


async def _answer(
    gateway: Gateway, caller: Caller, run_id: str, text: str | None, said: SurfaceWords
) -> MessageTaken | MessageRefused:
    said_id: str | None = None
    try:
        await count_message(gateway, caller)
        value = _value(text)
        named = cast("dict[str, Any]", value).get("id") if isinstance(value, dict) else None
        said_id = named[:_LONGEST_ID] if isinstance(named, str) else None
        message = parse_message(cast("object", value))
        require(await gateway.callers.refresh(caller), scope=Scope.RUN)
        run = await owned_run(gateway.records, run_id, owner_id=caller.owner_id)
        return MessageTaken(id=message.id, data=await receive(gateway.records, gateway.settings, run, message))
    except MagicError as exc:
        return MessageRefused(id=said_id, error=problem_of(said.error(exc)))
    except Exception:  # noqa: BLE001 - a fault of ours ends nobody's socket
        _log.exception("a message to run %s failed", run_id)
        return MessageRefused(id=said_id, error=problem_saying(500, say("internal_error")))


def _value(text: str | None) -> Any:
    if text is None:
        raise Invalid("message_not_text")
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > FEW_BYTES:
        raise Invalid("message_too_large", limit=FEW_BYTES // 1000)
    try:
        return json.loads(checked(body))
    except Unreadable as exc:
        raise Invalid(exc.message) from exc


async def _watch(gateway: Gateway, caller: Caller) -> None:
    """Wait until the session ends.

    Raises:
        Unknown: it has.
    """
    while True:
        left = _LOOK_AGAIN_S if caller.until is None else (caller.until - now_us()) / 1_000_000
        await asyncio.sleep(max(0.0, min(_LOOK_AGAIN_S, left)))
        with contextlib.suppress(Temporary):
            await gateway.callers.refresh(caller)


async def _stream(gateway: Gateway, caller: Caller, run_id: str, after: int, say: SurfaceWords) -> AsyncIterator[str]:
    try:
        with gateway.line(caller.user.user_id):
            async with contextlib.aclosing(_told(gateway, caller, run_id, after, say)) as parts:
                async for part in parts:
                    yield part
    except MagicError as exc:
        yield f"event: closed\ndata: {json.dumps({'detail': str(say.error(exc))})}\n\n"


async def _told(gateway: Gateway, caller: Caller, run_id: str, after: int, say: SurfaceWords) -> AsyncGenerator[str]:
    events = gateway.tails.follow(run_id, after=after)
    coming: asyncio.Task[RunEvent] | None = None
    watching = asyncio.create_task(_watch(gateway, caller))
    try:
        while not watching.done():
            coming = coming or asyncio.ensure_future(anext(events))
            await asyncio.wait((coming, watching), timeout=_PING_S, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                yield ": still here\n\n"
                continue
            try:
                event = event_for(coming.result(), say)
            except StopAsyncIteration:
                return
            coming = None
            yield f"id: {event.sequence}\nevent: {event.kind}\ndata: {event.model_dump_json()}\n\n"
        watching.result()
    finally:
        watching.cancel()
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        await events.aclose()
        await asyncio.gather(watching, return_exceptions=True)


async def _known(gateway: Gateway, socket: WebSocket) -> Caller:
    try:
        return await _caller(gateway, socket)
    except Unknown:
        await count_stranger(socket)
        raise


async def _caller(gateway: Gateway, socket: WebSocket) -> Caller:
    """Who opens a socket, by a subprotocol, a ticket, a header, or the page's cookie with its secret."""
    workspace_id = _offered(socket, _WORKSPACE) or socket.headers.get(WORKSPACE_HEADER, "")
    bearer = _offered(socket, _BEARER)
    if bearer:
        return await gateway.callers.by_bearer(bearer, workspace_id)
    ticket = socket.query_params.get("ticket")
    if ticket:
        return await by_ticket(gateway, socket, ticket)
    scheme, _, proof = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await gateway.callers.by_bearer(proof.strip(), workspace_id)
    proof = PageProof(cookie_of(socket), _offered(socket, _PAGE))
    if proof.cookie and proof.secret:
        return await gateway.callers.by_page(proof, workspace_id)
    raise Unknown("credentials_missing", way_out="send_bearer_subprotocol")


def _offered(socket: WebSocket, kind: str) -> str:
    """What a subprotocol of this kind says: a browser lets a page send no header."""
    words = [word for word in socket.scope.get("subprotocols", []) if word.startswith(kind)]
    return words[0].removeprefix(kind) if words else ""


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004 - below 2**53
        raise Invalid("sequence_number_invalid", value=text[:40])
    return int(text)


def _closing(error: MagicError) -> tuple[int, str]:
    problem = problem_of(error)
    # A close frame has room for 123 bytes.
    reason = " ".join(filter(None, (problem.detail, problem.way_out))).encode()[:120].decode(errors="ignore")
    return _CODES.get(problem.status, 4000 + problem.status), reason
