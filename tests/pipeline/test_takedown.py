"""What is taken down is gone and stays gone, until a push brings it back on purpose: real broker,
index worker, search and ingest; results are written as extractors write them."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.factories import an_entity, an_event, entities_of, events_of
from tests.pipeline.processes import get, running, tidings
from tests.pipeline.records import write
from tests.waiting import wait_until
from tidings.history import committed_offsets, open_history, read_to_end
from tidings.messages import Article
from tidings.settings import Settings
from tidings.topics import ARTICLES, ENTITIES, EVENTS, KEPT
from tidings.wire import decode_article

INPUT = "\n".join(
    json.dumps({"title": f"{name} canal closed", "text": "The Orm canal is closed."})
    for name in ("First", "Second")
)
FIRST = INPUT.splitlines()[0]


@pytest.fixture
def stack(empty_topics: Settings, tmp_path: Path) -> Iterator[Settings]:
    with ExitStack() as services:
        for name in ("index", "search", "ingest"):
            services.enter_context(running(f"tidings_{name}", empty_topics, tmp_path / name))
        wait_until(lambda: "answers" in get(f"{ingest(empty_topics)}/ready"), "ingest is ready")
        yield empty_topics


def test_what_is_taken_down_comes_back_only_by_intention(stack: Settings) -> None:
    first, second = push(stack, INPUT)
    write_results(stack, versions(stack))
    wait_until(lambda: complete(stack) == {first, second}, "both are complete in search")

    asked = tidings("delete", "-", settings=stack, text=f"{first}\n{first}\n")
    assert (asked.returncode, asked.stdout) == (0, f"{first}\ttaken down\n"), asked.stderr
    assert is_gone(stack, first)
    assert complete(stack) == {second}

    (raw,) = [one for one in read_to_end(stack, ARTICLES) if one.value and b"First" in one.value]
    write_results(stack, versions(stack)[:1], rules="2027.1.1")
    write(stack, [(raw.key, raw.value)])
    push(stack, FIRST)
    write_results(stack, versions(stack))
    wait_until_indexed(stack)
    assert is_gone(stack, first), "by no late result, no replay, and no push that does not mean it"
    rebuild(stack)
    assert is_gone(stack, first), "nor by a rebuild"

    push(stack, FIRST, "--restore")
    write_results(stack, versions(stack)[-1:])
    wait_until(lambda: complete(stack) == {first, second}, "the first is complete again")
    rebuild(stack)
    assert complete(stack) == {first, second}, "and after a rebuild"
    assert first in get(f"{stack.search_address}/api/events?event_type=COERCE"), "with its events"

    assert delete(stack, first) == {"article_id": first}
    wait_until_indexed(stack)
    assert is_gone(stack, first), "taken down again, by the service"
    again = tidings("delete", first, "--no-wait", settings=stack)
    assert (again.returncode, again.stdout) == (0, f"{first}\tasked for\n"), "harmless"


def push(settings: Settings, lines: str, *options: str) -> list[str]:
    pushed = tidings("push", "-", "--print-ids", *options, settings=settings, text=lines)
    assert pushed.returncode == 0, pushed.stderr
    return pushed.stdout.split()


def rebuild(settings: Settings) -> None:
    rebuilt = tidings("index", "rebuild", settings=settings)
    assert rebuilt.returncode == 0, rebuilt.stderr


def versions(settings: Settings) -> list[Article]:
    """Everything that was pushed, oldest first."""
    records = [one for one in read_to_end(settings, ARTICLES) if one.value]
    articles = [
        decode_article(one.value or b"", key=one.key, timestamp=one.timestamp, max_chars=1_000)
        for one in records
    ]
    return sorted(articles, key=lambda one: (one.version, one.title))


def write_results(settings: Settings, articles: list[Article], rules: str = "2026.11.1") -> None:
    for one in articles:
        key, event = one.article_id.encode(), an_event()
        entities = entities_of(one, entities=(an_entity(),), model_version=rules)
        write(settings, [(key, entities.to_bytes())], ENTITIES)
        events = events_of(one, events=(event,), rules_version=rules)
        write(settings, [(key, events.to_bytes())], EVENTS)


def wait_until_indexed(settings: Settings) -> None:
    """Until the index has acknowledged all that the topics hold, and search shows it."""
    with open_history(settings) as history:
        ends = {part: span.end for part, span in history.spans(*KEPT).items() if span.end}
    wait_until(
        lambda: committed_offsets(settings, "tidings-index").items() >= ends.items(),
        "the index has acknowledged everything",
    )
    refresh = f"{settings.elasticsearch}/{settings.index_name}/_refresh"
    urllib.request.urlopen(urllib.request.Request(refresh, method="POST"), timeout=10).close()


def is_gone(settings: Settings, article_id: str) -> bool:
    """From search, from the article's page and from the events; and its words from the index."""
    document = json.loads(get(f"{settings.elasticsearch}/{settings.index_name}/_doc/{article_id}"))[
        "_source"
    ]
    events = get(f"{settings.search_address}/api/events?event_type=COERCE")
    return (
        article_id not in complete(settings)
        and "taken down" in article(settings, article_id)["detail"]
        and article_id not in events
        and not {"title", "text", "events", "entities"} & set(document)
    )


def complete(settings: Settings) -> set[str]:
    answer = json.loads(get(f"{settings.search_address}/api/articles?q=canal") or "{}")
    return {one["article_id"] for one in answer.get("articles", []) if one.get("complete")}


def article(settings: Settings, article_id: str) -> dict[str, Any]:
    return dict(json.loads(get(f"{settings.search_address}/api/articles/{article_id}") or "{}"))


def ingest(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.ingest_port}"


def delete(settings: Settings, article_id: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{ingest(settings)}/articles/{article_id}", method="DELETE")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202
        return dict(json.loads(answer.read()))
