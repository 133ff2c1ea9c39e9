"""The routes, a module each subject."""

from fastapi import APIRouter


def router_of(tag: str) -> APIRouter:
    """A subject's routes; an operation's id is its function's name."""
    return APIRouter(tags=[tag], generate_unique_id_function=lambda route: route.name)
