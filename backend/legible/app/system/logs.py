"""Log lines: JSON for programs in production, readable in development; each with its request.

The code logs with the standard library; what is worth a field is given as `extra`. Never logged:
paths as they were asked for, queries, addresses of people, texts, pictures, secrets.
"""

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

from legible.app.context import current_request


def logging_config(env: Literal["development", "production"]) -> dict[str, Any]:
    """Configure logging; given to uvicorn, which sets it up in every worker too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "legible.app.system.logs.line_formatter", "env": env}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {"uvicorn": {"level": "WARNING"}, "alembic": {"level": "WARNING"}},
    }


def line_formatter(env: Literal["development", "production"]) -> logging.Formatter:
    """Make what writes a record as a line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            _add_request,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_writer(env)],
    )


def _add_request(_logger: Any, _name: str, event: EventDict) -> EventDict:
    request = current_request.get()
    if request is not None:
        event["request_id"] = request.id
    return event


def _writer(env: Literal["development", "production"]) -> list[Processor]:
    # Tracebacks without the values of variables, which may be anybody's.
    if env == "production":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
