"""Structured logs: one line a request, with its id; nothing personal in it.

A request is logged by endpoint, never by path, query, address or form. What libraries and error
messages say goes through a scrubber that blanks e-mail addresses and telephone numbers.
"""

import logging
import re
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = {"static", "theme_css", "health.livez", "health.readyz", "health.metrics"}
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.-])\+?\d(?:[ -]?\d){7,14}(?![\w.-])")  # ids are longer
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def init_app(app: Flask, log_format: str) -> None:
    """Configure structlog (``console`` or ``json``) and log every request."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    if not app.testing:
        _send_library_logs_the_same_way(shared, renderer)
    app.before_request(_start)
    app.after_request(_log_request)


def _send_library_logs_the_same_way(shared: list[Processor], renderer: Processor) -> None:
    """Give the standard logging module's lines our shape; warnings and worse only."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank what looks like an e-mail address or a telephone number in every text of a line."""
    for key, value in event.items():
        if isinstance(value, str) and key not in {"timestamp", "request_id"}:
            event[key] = scrubbed(value)
    return event


def scrubbed(text: str) -> str:
    """Return a text without e-mail addresses and telephone numbers."""
    return PHONE.sub(_unless_a_date("<number>"), EMAIL.sub("<email>", text))


def _unless_a_date(blank: str) -> Callable[[re.Match[str]], str]:
    return lambda match: match.group() if DATE.match(match.group()) else blank


def _start() -> None:
    g.started = time.perf_counter()


def seconds_taken() -> float:
    """Return how long this request has taken so far."""
    now = time.perf_counter()
    return now - float(g.get("started", now))


def _log_request(response: Response) -> Response:
    if request.endpoint not in QUIET:
        figures: dict[str, Any] = {
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "ms": round(seconds_taken() * 1000, 1),
        }
        structlog.get_logger("request").info("request", **figures)
    return response
