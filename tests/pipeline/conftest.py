"""Real engines, started once for all tests of this folder, beside whatever else runs here."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient
from playwright.sync_api import Browser, Page

from tests.pipeline import browsing, demonstration
from tidings import topics
from tidings.kafka import ensure_topics
from tidings.settings import Settings
from tidings_local.engines import LocalEngines, local_engines
from tidings_local.ports import free_ports

SERVICES = ("search", "ingest", "entities", "events", "index", "watch")


@pytest.fixture(scope="session")
def engines() -> Iterator[LocalEngines]:
    with local_engines() as running:
        yield running


@pytest.fixture
def elasticsearch_url(engines: LocalEngines) -> str:
    return engines.elasticsearch.address


@pytest.fixture
def settings(engines: LocalEngines) -> Settings:
    return own_settings(engines)


def own_settings(engines: LocalEngines) -> Settings:
    """An index name that nobody else has, free ports for the services."""
    ports = zip((f"{service}_port" for service in SERVICES), free_ports(len(SERVICES)), strict=True)
    return engines.settings.model_copy(
        update={
            "index_name": f"test-{uuid.uuid4().hex[:12]}",
            "topic_partitions": 4,
            "session_timeout_seconds": 6.0,
            "prometheus": Path("off"),
            **dict(ports),
        }
    )


@pytest.fixture
def empty_topics(settings: Settings) -> Settings:
    """The settings, with topics on which nothing was ever written."""
    empty(settings)
    return settings


def empty(settings: Settings) -> None:
    """Makes the topics anew."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        names = [topic.name for topic in topics.ALL if topic.name in admin.list_topics()]
        if names:
            admin.delete_topics(names)
    finally:
        admin.close()
    ensure_topics(settings)


@pytest.fixture(scope="session")
def demonstration_index(engines: LocalEngines) -> Settings:
    """The settings of an index of the seeds, which no test changes."""
    settings = engines.settings.model_copy(update={"index_name": f"seeds-{uuid.uuid4().hex[:8]}"})
    asyncio.run(demonstration.fill(settings))
    return settings


@pytest.fixture(scope="module")
def address(demonstration_index: Settings) -> Iterator[str]:
    """Where the search service listens, over the demonstration corpus."""
    with browsing.serving(demonstration_index) as address:
        yield address


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """After `address`, which an event loop that runs already would keep from filling its index."""
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    with browsing.visit(browser, address, java_script_enabled=request.param) as page:
        yield page


@pytest.fixture
def scripted_page(browser: Browser, address: str) -> Iterator[Page]:
    with browsing.visit(browser, address) as page:
        yield page


@pytest.fixture
def plain_page(browser: Browser, address: str) -> Iterator[Page]:
    """Without JavaScript."""
    with browsing.visit(browser, address, java_script_enabled=False) as page:
        yield page
