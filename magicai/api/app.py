"""Puts the gateway together."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.responses import Response

from integrations.open import Ports, open_ports
from integrations.prefect import work_pool
from magicai.accounts.budget_alerts import keep_telling
from magicai.api.bodies import Unfit
from magicai.api.describing import SERVERS, WORDS, describer
from magicai.api.gateway import Gateway
from magicai.api.guard import RequestGuard
from magicai.api.methods import known_methods
from magicai.api.metrics import Metrics
from magicai.api.place import PAGE
from magicai.api.problems import Malformed, answer, for_strangers, of_error
from magicai.api.routes import (
    files,
    health,
    joining,
    live,
    mcp,
    openid,
    page,
    passwords,
    shares,
    tokens,
    uploads,
    workflows,
)
from magicai.api.routing import routes_of
from magicai.api.telling import said_to
from magicai.errors import MagicError
from magicai.mail.sending import keep_sending as keep_sending_mails
from magicai.messages import PLAIN, Message, say
from magicai.messages.validation import reason_of
from magicai.operations.deletion import keep_deleting
from magicai.operations.modules import modules
from magicai.runs import declarations
from magicai.runs.notifications.channels import keep_sending as keep_telling_channels
from magicai.runs.notifications.notices import keep_sending
from magicai.runs.notifications.standing import keep_looking
from magicai.runs.notifications.webhooks import keep_delivering
from magicai.runs.queue.dispatch import Dispatcher
from magicai.settings import Settings
from magicai.shapes.problems import Fault

_log = logging.getLogger(__name__)
_GENERAL = (tokens, openid, joining, passwords, uploads, files, shares, live, health)
# A client that is told 503 can try again; one that hears nothing can only wait.
_PATIENCE_S = 1.0


def create_app(settings: Settings, *, page_folder: Path = PAGE) -> FastAPI:
    """The gateway of one process."""
    metrics = Metrics()
    mcp_endpoint = mcp.McpEndpoint()
    app = FastAPI(
        title="MagicAI",
        version=version("magicai"),
        description=WORDS,
        servers=SERVERS,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        lifespan=_lifespan(settings, page_folder, metrics, mcp_endpoint),
        generate_unique_id_function=lambda route: route.name,
    )
    parts = (*_GENERAL, *declarations.of_subjects("magicai.api.routes.subjects"))
    for router in (*(part.router for part in parts), *map(routes_of, modules()), workflows.router):
        # As they are: a router that is included finds its route twice, which costs a tenth of a request.
        app.router.routes.extend(router.routes)
    app.router.routes.append(mcp.route(mcp_endpoint))
    built = page.assets(page_folder)
    if built is not None:
        app.mount("/assets", built)
    app.include_router(page.router)
    app.add_exception_handler(MagicError, _of_ours)
    app.add_exception_handler(Unfit, _of_values)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_faults)
    app.openapi = describer(app)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"],
            expose_headers=["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
        )
    public = (urlsplit(settings.public_url).netloc,) if settings.public_url else ()
    app.add_middleware(RequestGuard, hosts=(*settings.hosts, *public), origins=settings.origins, metrics=metrics)
    return app


def _lifespan(
    settings: Settings, page_folder: Path, metrics: Metrics, mcp_endpoint: mcp.McpEndpoint
) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_ports(settings, patience_s=_PATIENCE_S) as ports:
            gateway = Gateway(ports, page=page_folder, metrics=metrics)
            app.state.gateway = gateway
            dispatcher = Dispatcher(
                lambda: gateway.records,
                ports.orchestrator,
                at_once=_at_once(settings),
                places=lambda: _places(settings),
            )

            def page_now() -> str:
                return ports.page

            loops = [
                asyncio.create_task(dispatcher.keep_dispatching()),
                asyncio.create_task(keep_delivering(lambda: gateway.records, ports.webhooks)),
                asyncio.create_task(keep_telling_channels(lambda: ports.channel_sender)),
                asyncio.create_task(keep_looking(lambda: gateway.records)),
                asyncio.create_task(keep_sending_mails(lambda: gateway.records, ports.mailer_now)),
                asyncio.create_task(keep_telling(lambda: gateway.records, ports.settings_of, page_now)),
            ]
            loops.append(asyncio.create_task(keep_deleting(ports)))
            loops += [asyncio.create_task(loop(ports, page_now)) for loop in declarations.assigned("LOOPS")]
            sending = keep_sending(lambda: gateway.records, ports.notify, page_now, lambda: _notifies(ports))
            loops.append(asyncio.create_task(sending))
            try:
                yield
            finally:
                await mcp_endpoint.close()
                for task in loops:
                    task.cancel()
                await asyncio.gather(*loops, return_exceptions=True)
                with contextlib.suppress(MagicError):
                    await dispatcher.release()
                gateway.planning.close()

    return lifespan


async def _notifies(ports: Ports) -> bool:
    """Whether notifications have an address now."""
    return (await ports.settings_of()).notify_url is not None


def _at_once(settings: Settings) -> Callable[[], int]:
    fixed = settings.runs_at_once
    return (lambda: work_pool.capacity(settings.home)) if fixed is None else (lambda: fixed)


def _places(settings: Settings) -> int:
    """How many runs are carried out at a time, here or by this machine's worker."""
    return work_pool.places(settings.home) if settings.runs_at_once is None else settings.runs_at_once


async def _of_ours(request: Request, error: Any) -> Response:
    if not isinstance(error, MagicError) or _is_fault(error):
        _log.error("a request failed", exc_info=error)
    known = getattr(request.state, "caller", None) is not None
    return of_error(said_to(request).error(error if known else for_strangers(error)))


def _is_fault(error: MagicError) -> bool:
    return of_error(error).status_code == HTTPStatus.INTERNAL_SERVER_ERROR


async def _of_values(_request: Request, error: Any) -> Response:
    return answer(422, say("body_values_invalid"), errors=error.faults)


async def _of_parameters(_request: Request, error: Any) -> Response:
    faults = [Fault.of(".".join(str(part) for part in one["loc"][1:]), reason_of(one)) for one in error.errors()]
    return answer(422, say("body_values_invalid"), errors=faults)


async def _of_http(request: Request, error: Any) -> Response:
    headers = dict(error.headers or {})
    message = error.message if isinstance(error, Malformed) else Message(PLAIN, {PLAIN: str(error.detail)})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(known_methods(request.app, request.url.path)) or "GET"
        message = say("method_not_allowed", method=request.method[:20], allowed=headers["Allow"])
    return answer(error.status_code, message, headers=headers)


async def _of_faults(_request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    return answer(500, say("internal_error"))
