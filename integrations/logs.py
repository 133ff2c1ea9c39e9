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
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler, WatchedFileHandler
from pathlib import Path

import structlog
from pydantic_core import to_json
from structlog.contextvars import bound_contextvars

from magicai.errors import NoSpace, Permanent
from magicai.private import private_folder
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.printable import printable

# Whose words these logs are; Prefect and other libraries write what they have to say beside them.
_OURS = ("magicai", "integrations", "tasks", "flows", "deployments")
# Under which name of `extra` a record has what its line says, as JSON has it.
FIELDS = "fields"
_BEFORE = 4  # files that are kept of a log that has become too large


@contextmanager
def log_to(path: Path, settings: Settings, *, most_bytes: int = 0, **bound: object) -> Generator[None]:
    """Log to a file while this lasts, with `bound` on every line, from MAGICAI_LOG_LEVEL on.

    Args:
        path: the file.
        settings: from which level on.
        most_bytes: after so many the file is set aside, and the oldest set aside is removed; never where 0.
        bound: what every line says.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)  # a run that Prefect has started may be a home's first
    with closing(_File(path, most_bytes)) as handler, bound_contextvars(**bound):
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


class _File(RotatingFileHandler, WatchedFileHandler):
    """A file for its owner only. Several processes may log to it: where one has set it aside, the others follow.

    Leaves out what the disk has no room for: the logged work continues, and prints no traceback.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        super().__init__(path, maxBytes=most_bytes, backupCount=_BEFORE, encoding="utf-8")
        self.dev = self.ino = -1  # as WatchedFileHandler has them before it has looked

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        try:
            if self.maxBytes:
                self.reopenIfNeeded()
        except OSError:
            return
        super().emit(record)

    def close(self) -> None:
        """Let go of it; its last words may get lost, and nothing else with them."""
        with suppress(OSError):
            super().close()

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: ARG002, N802 - the library's
        """By the file's size: the library would render each line twice to foresee it."""
        return self.stream is not None and 0 < self.maxBytes <= os.fstat(self.stream.fileno()).st_size

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as the standard library calls it
        """Say what could not be written, but not that there is no room."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders lines that a terminal can show, whoever's words they quote.

    What a record holds as `fields` is rendered at once: the long way costs a gateway a quarter of each request.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] | None = getattr(record, FIELDS, None)
        if fields is None:
            return printable(super().format(record))
        said = {"event": record.getMessage(), **fields, "level": record.levelname.lower(), "logger": record.name}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        return printable(to_json({**structlog.contextvars.get_contextvars(), **said, "timestamp": moment}).decode())


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
            raise NoSpace("disk_full", home=folder)
        line = json.loads(said)
    finally:
        path.unlink(missing_ok=True)
    if (line.get("event"), line.get("run_id")) != (words, "check"):
        raise Permanent("log_not_readable", folder=folder)
    return f"lines of JSON in {folder}, from {settings.log_level} on"
