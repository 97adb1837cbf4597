"""Structured logs on standard error: JSON for machines, text on a terminal."""

import logging
import sys
from typing import Final

import structlog

from tidings.settings import Settings

NOISY: Final = ("aiokafka", "kafka", "elastic_transport", "elasticsearch", "httpx")
"""Libraries that log every failed attempt; our own retries say it once."""


def configure_logging(service: str, settings: Settings) -> None:
    """Sends structlog's and the libraries' records through one formatter."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        _named(service),
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("faust", "mode"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("asyncio").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Faust keeps a second future of each record it sends, and nobody asks that one."""
    return not record.getMessage().startswith("FutureMessage exception was never retrieved")


def _named(service: str) -> structlog.types.Processor:
    """Adds the service's name, in every thread: context variables do not reach into new ones."""

    def add_name(
        logger: object, method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        return {"service": service, **event}

    return add_name
