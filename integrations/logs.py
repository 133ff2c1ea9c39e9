"""Structured logs: a line of JSON each, in the file of the run that they are about.

Modules log through the standard library's `logging`; what is bound in structlog's context (the run's id, the attempt,
the step) is on every line.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import structlog
from pydantic_core import to_json
from structlog.contextvars import bound_contextvars

from magicai.errors import NoSpace, Permanent
from magicai.private import private_folder
from magicai.settings import Settings
from magicai.space import MAKE_ROOM
from magicai.values.ids import new_id

# Whose words these logs are; Prefect and other libraries write what they have to say beside them.
_OURS = ("magicai", "integrations", "tasks", "flows", "deployments")
# Under which name of `extra` a record has what its line says, as JSON has it.
FIELDS = "fields"


@contextmanager
def log_to(path: Path, settings: Settings, **bound: object) -> Generator[None]:
    """Log to a file while this lasts, with `bound` on every line, from MAGICAI_LOG_LEVEL on."""
    path.parent.mkdir(mode=0o700, exist_ok=True)  # a run that Prefect has started may be a home's first
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with _closing(os.fdopen(descriptor, "a", encoding="utf-8")) as file, bound_contextvars(**bound):
        handler = _Handler(file)
        handler.setFormatter(_formatter())
        loggers = [logging.getLogger(name) for name in _OURS]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel(settings.log_level)
            logger.propagate = False  # Prefect prints what reaches the root, a second time
        try:
            yield
        finally:
            for logger in loggers:
                logger.propagate = True
                logger.removeHandler(handler)


@contextmanager
def _closing(file: TextIO) -> Generator[TextIO]:
    """A file whose last words may get lost, on a full disk, and nothing else with them."""
    try:
        yield file
    finally:
        with suppress(OSError):
            file.close()


class _Handler(logging.StreamHandler[TextIO]):
    """Leaves out what the disk has no room for: what is logged about goes on, and prints no trace of it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as the standard library calls it
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders at once what a record holds as `fields`: the long way costs a gateway a quarter of each request."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] | None = getattr(record, FIELDS, None)
        if fields is None:
            return super().format(record)
        said = {"event": record.getMessage(), **fields, "level": record.levelname.lower(), "logger": record.name}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        return to_json({**structlog.contextvars.get_contextvars(), **said, "timestamp": moment}).decode()


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return _Formatter(
        foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Without the variables of each frame: passwords and keys are among them.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


async def check(settings: Settings) -> str:
    """Log a line as a run does, and read it."""
    folder = private_folder(settings.home / "logs")
    path, words = folder / f"check-{new_id()}.log", f"check {time.time_ns()}"
    try:
        with log_to(path, settings, run_id="check"):
            logging.getLogger(__name__).error(words)
        said = path.read_text(encoding="utf-8")
        if not said:
            raise NoSpace(f"{folder} has no room for a line.", way_out=MAKE_ROOM)
        line = json.loads(said)
    finally:
        path.unlink(missing_ok=True)
    if (line.get("event"), line.get("run_id")) != (words, "check"):
        raise Permanent(f"A line that was logged in {folder} does not say what was logged.")
    return f"lines of JSON in {folder}, from {settings.log_level} on"
