"""Both extractors over JSON Lines, without engines, on every core, in the order of the lines."""

import hashlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from tidings.errors import InvalidMessage, TidingsError
from tidings.linking import link_actors
from tidings.messages import Article, ArticleEntities, ArticleEvents
from tidings.settings import Settings
from tidings.wire import check_length, parse_object

GROUP: Final = "tidings.extractors"
CHUNK: Final = 8
"""Lines that one worker takes at a time."""

_LONGEST_ID: Final = 128
_BLAS_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Task:
    """`label` is the line's own id, whatever it looks like; it is given back unchanged."""

    number: int
    label: str | int
    article: Article


@dataclass(frozen=True)
class Refusal:
    """A line that gives no result: `number` counts from 1."""

    number: int
    reason: str


@dataclass(frozen=True)
class Done:
    """A line of output, without its line break."""

    number: int
    line: str


Outcome = Done | Refusal
Extract = Callable[[Sequence[Task]], list[Outcome]]


def extract_lines(
    lines: Iterable[bytes], settings: Settings, workers: int
) -> Iterator[list[Outcome]]:
    """One outcome for each line that is not blank, in chunks, in the order of the lines.

    Only as much is read ahead as the workers need. Raises TidingsError where a worker process dies.
    """
    chunks = _chunks(_parse_lines(lines, settings.article_max_chars))
    if workers == 1:
        extract = build_batch_extractor(settings)
        for chunk in chunks:
            yield run_chunk(chunk, extract)
        return
    with _pool(settings, workers) as pool:
        waiting: deque[Future[list[Outcome]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_run_in_worker, chunk))
            if len(waiting) > 2 * workers:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def build_batch_extractor(settings: Settings) -> Extract:
    """Loads both extractors and joins what they find in an article into one line. Raises
    TidingsError where one is not installed."""
    entities_of, events_of = (load_extractor(name)(settings) for name in ("entities", "events"))

    def extract(tasks: Sequence[Task]) -> list[Outcome]:
        articles = [task.article for task in tasks]
        found = zip(tasks, entities_of(articles), events_of(articles), strict=True)
        return [Done(task.number, _line(task, *results)) for task, *results in found]

    return extract


def load_extractor(name: str) -> Callable[[Settings], Any]:
    """The `build_extractor` that an installed service brings under this name."""
    for point in entry_points(group=GROUP, name=name):
        build: Callable[[Settings], Any] = point.load()
        return build
    raise TidingsError(f"No extractor of {name} is installed here: install tidings-{name}.")


def parse_line(number: int, raw: bytes, max_chars: int) -> Task | Refusal:
    """The article of a line: `id` and `text`, and `title` and `published_at` where it has them."""
    try:
        fields = parse_object(raw)
        label = fields.get("id")
        if label is not None and (isinstance(label, bool) or not isinstance(label, str | int)):
            raise InvalidMessage("invalid-record", "`id`: a string or a number is needed")
        article = Article.build(_article_fields(fields), version=int(time.time() * 1000))
        check_length(article, max_chars)
    except InvalidMessage as error:
        return Refusal(number, str(error))
    return Task(number, article.article_id if label is None else label, article)


def _article_fields(fields: dict[str, Any]) -> dict[str, Any]:
    kept = {name: fields[name] for name in ("title", "text") if fields.get(name) is not None}
    label = fields.get("id")
    if label is not None:
        words = str(label)
        fits = 0 < len(words) <= _LONGEST_ID
        kept["article_id"] = (
            words if fits else hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
        )
    if fields.get("published_at") is not None:
        kept["published_at"] = _instant(fields["published_at"])
    return kept


def _instant(value: Any) -> datetime:
    """A date is midnight in UTC, a time without a zone is UTC."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidMessage(
            "invalid-record", f"`published_at`: {str(value)[:60]!r} is no ISO 8601 date or time"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _parse_lines(lines: Iterable[bytes], max_chars: int) -> Iterator[Task | Refusal]:
    for number, raw in enumerate(lines, 1):
        raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if raw.strip():
            yield parse_line(number, raw, max_chars)


def _chunks(parsed: Iterable[Task | Refusal]) -> Iterator[list[Task | Refusal]]:
    parsed = iter(parsed)
    while chunk := list(islice(parsed, CHUNK)):
        yield chunk


def run_chunk(chunk: Sequence[Task | Refusal], extract: Extract) -> list[Outcome]:
    """An article on which an extractor fails costs its own line, not its neighbours'."""
    tasks = [task for task in chunk if isinstance(task, Task)]
    refused: list[Outcome] = [line for line in chunk if isinstance(line, Refusal)]
    try:
        done = extract(tasks) if tasks else []
    except Exception:
        done = [outcome for task in tasks for outcome in _run_alone(task, extract)]
    return sorted([*done, *refused], key=lambda outcome: outcome.number)


def _run_alone(task: Task, extract: Extract) -> list[Outcome]:
    try:
        return extract([task])
    except Exception as error:
        return [Refusal(task.number, f"the extractor failed: {type(error).__name__}: {error}")]


def _line(task: Task, entities: ArticleEntities, events: ArticleEvents) -> str:
    named = {entity.entity_id: entity for entity in entities.entities}
    linked = link_actors(
        [event.model_dump(mode="json") for event in events.events],
        [mention.model_dump(mode="json") for mention in entities.mentions],
        [entity.model_dump(mode="json") for entity in entities.entities],
    )
    mentions = []
    for mention in entities.mentions:
        entity = named.get(mention.entity_id) if mention.entity_id else None
        mentions.append(
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "label": mention.label,
                "entity_id": mention.entity_id,
                "name": entity.name if entity else mention.text,
                "country": entity.country if entity else None,
            }
        )
    line: dict[str, Any] = {"id": task.label, "entities": mentions, "events": linked}
    skipped = events.skipped or entities.skipped
    if skipped:
        line["skipped"] = skipped
    return json.dumps(line, ensure_ascii=False)


@contextmanager
def _pool(settings: Settings, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Spawned, not forked: a fork copies the threads' locks of whatever was imported before."""
    os.environ.update(dict.fromkeys(_BLAS_THREADS, "1"))
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(settings,)
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


_worker_extract: Extract | None = None


def _start_worker(settings: Settings) -> None:
    global _worker_extract
    _worker_extract = build_batch_extractor(settings)


def _run_in_worker(chunk: Sequence[Task | Refusal]) -> list[Outcome]:
    if _worker_extract is None:
        raise RuntimeError("the worker was not started by _start_worker")
    return run_chunk(chunk, _worker_extract)


def _result(future: Future[list[Outcome]]) -> list[Outcome]:
    try:
        return future.result()
    except BrokenProcessPool:
        raise TidingsError(
            "a worker process ended by itself, most likely for want of memory; try fewer --workers."
        ) from None
