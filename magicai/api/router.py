"""Routers of the API, whose routes answer HEAD too."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response, StreamingResponse


class Route(APIRoute):
    """A route that answers HEAD where it answers GET: the same headers, and no body."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()

        async def answer_without_body(request: Request) -> Response:
            answered = await answer(request)
            if request.method != "HEAD" or not isinstance(answered, StreamingResponse):
                return answered  # the server sends no body that it was given
            # A file would be read for nobody, and events last as long as their run.
            bare = Response(status_code=answered.status_code, background=answered.background)
            bare.raw_headers = answered.raw_headers
            return bare

        return answer_without_body


def router_of(tag: str) -> APIRouter:
    """A subject's routes; an operation's id is its function's name."""
    return APIRouter(tags=[tag], route_class=Route, generate_unique_id_function=lambda route: route.name)
