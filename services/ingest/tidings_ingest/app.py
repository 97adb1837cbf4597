"""`POST /articles`: the checks of `tidings push`, and an answer once Kafka has confirmed; and
`DELETE`, which takes articles down."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request
from kafka.errors import KafkaError

from tidings import __version__, metrics
from tidings.errors import EngineUnavailable, InvalidMessage
from tidings.guard import Guard
from tidings.http import add_operations
from tidings.messages import Article
from tidings.operations import Health
from tidings.settings import Settings
from tidings_ingest.formats import Item, Refusal, read_json
from tidings_ingest.inbox import Inbox
from tidings_ingest.link import KafkaLink
from tidings_ingest.problems import Problem, answer_with_problems, away
from tidings_ingest.producer import Pusher, Versions
from tidings_ingest.takedown import ids_meant, take_down

_CONFIRM_SECONDS: Final = 6.0
_ANSWER_SECONDS: Final = 6.5
_BODY: Final = "body"


def build_app(settings: Settings, link: KafkaLink | None = None) -> FastAPI:
    """The service: its link to Kafka and its inbox start and stop with it."""
    link = link or KafkaLink(settings)
    versions = Versions()
    inbox = Inbox(settings.inbox, settings, link, versions) if settings.inbox else None
    guard = Guard(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        link.start()
        if inbox:
            inbox.start()
        with guard:
            yield
        if inbox:
            await asyncio.to_thread(inbox.stop)
        await asyncio.to_thread(link.stop)

    app = FastAPI(
        title="Tidings ingest",
        version=__version__,
        lifespan=lifespan,
        dependencies=guard.dependencies,
        docs_url=None,
        redoc_url=None,
    )
    add_operations(app, lambda: _health(link, inbox), lambda: _ready(link, guard))

    answer_with_problems(app)

    @app.post("/articles", status_code=202)
    async def post_articles(request: Request, restore: bool = False) -> dict[str, Any]:
        """Takes one article as a JSON object, or several as JSON Lines or a list: all or none.
        With `restore`, those that were taken down are brought back; without, they stay so. That
        undoes what needs the scope admin, so it needs it too. `ignored` names the fields that
        were left aside, since no article has them."""
        if restore:
            guard.require(request, "admin")
        body = await _body(request, settings.message_max_bytes)
        work = asyncio.to_thread(accept, body, settings, link, versions, restore=restore)
        return await _answer_in_time(work)

    @app.delete("/articles", status_code=202)
    async def delete_named_article(article_id: str) -> dict[str, Any]:
        """The same for an id that no path can carry, since clients rewrite it: with `.` or `..`
        between slashes, or alone."""
        return await _answer_in_time(asyncio.to_thread(remove, article_id, link, versions))

    @app.delete("/articles/{article_id:path}", status_code=202)
    async def delete_article(article_id: str) -> dict[str, Any]:
        """Takes the article down, for good but for a push with `restore`; asking twice is
        harmless, and so is an id that no article has."""
        return await _answer_in_time(asyncio.to_thread(remove, article_id, link, versions))

    return app


def accept(
    body: bytes, settings: Settings, link: KafkaLink, versions: Versions, *, restore: bool = False
) -> dict[str, Any]:
    """Pushes the articles in `body` and waits for Kafka, some seconds. Raises Problem."""
    items = list(read_json(io.BytesIO(body), _BODY))
    try:
        producer = link.producer()
    except EngineUnavailable as error:
        metrics.PUSHED.labels("failed").inc(len(items))
        raise away(str(error), "Nothing was accepted.") from None
    pusher = Pusher(
        producer,
        settings,
        versions=versions,
        patience_seconds=_CONFIRM_SECONDS,
        replace=link.replace,
        restore=restore,
    )
    articles = _checked(items, pusher)
    try:
        accepted = [pusher.push(article, f"item {n}") for n, article in enumerate(articles, 1)]
        pusher.finish()
    except EngineUnavailable as error:
        link.suspect(str(error))
        raise away(str(error), f"{pusher.close().how_far()}.") from error
    if pusher.report.refused:
        refusals = [str(refusal) for refusal in pusher.report.refused]
        raise Problem(
            413,
            "Larger than Kafka accepts",
            f"{'; '.join(refusals)}. The other {pusher.report.pushed} were accepted.",
        )
    return {
        "articles": [
            {"article_id": article.article_id, "version": article.version} for article in accepted
        ],
        "ignored": sorted(pusher.report.ignored),
    }


def remove(article_id: str, link: KafkaLink, versions: Versions) -> dict[str, Any]:
    """Asks for the article to be taken down and waits for Kafka, some seconds; an address means
    what it means to `tidings delete`. Raises Problem."""
    try:
        answers = take_down(ids_meant(article_id), link, versions, _CONFIRM_SECONDS)
    except InvalidMessage as error:
        raise Problem(422, "No article has such an id", str(error)) from None
    except EngineUnavailable as error:
        raise away(str(error), "Nothing was taken down.") from None
    if errors := [answer for answer in answers.values() if isinstance(answer, KafkaError)]:
        reason = f"Kafka has not confirmed the takedown ({errors[0]})"
        link.suspect(reason)
        raise away(reason, "Ask again, it is harmless.")
    return {"article_id": article_id}


def _checked(items: list[Item], pusher: Pusher) -> list[Article]:
    """All articles, or a Problem that names each that cannot be one, counting from 1."""
    articles: list[Article] = []
    errors: list[dict[str, Any]] = []
    valid: list[dict[str, Any]] = []
    for number, item in enumerate(items, 1):
        where = item.origin.removeprefix(_BODY).lstrip(", ")
        try:
            if isinstance(item, Refusal):
                raise InvalidMessage("not-json", item.reason)
            articles.append(pusher.normalise(item.fields))
            valid.append({"item": number, "article_id": articles[-1].article_id})
        except InvalidMessage as error:
            pusher.refuse(Refusal(item.origin, str(error)))
            errors.append({"item": number, "where": where, "reason": str(error)})
    if errors:
        named = "; ".join(f"item {error['item']}: {error['reason']}" for error in errors[:10])
        raise Problem(
            422,
            "Not every item is an article",
            f"Nothing was accepted, since {len(errors)} of {len(items)} cannot be used: {named}.",
            errors=errors,
            valid=valid,
        )
    if not articles:
        raise Problem(
            422, "No article", "The body is empty: send one JSON object, JSON Lines or a list."
        )
    return articles


async def _body(request: Request, limit: int) -> bytes:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise Problem(415, "Unsupported encoding", f"Send the body as it is, not as {encoding}.")
    body = bytearray()
    declared = request.headers.get("content-length", "0")
    too_large = declared.isdigit() and int(declared) > limit
    if not too_large:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                too_large = True
                break
    if too_large:
        raise Problem(
            413,
            "Body too large",
            f"The limit is {limit:,} bytes (TIDINGS_MESSAGE_MAX_BYTES): send fewer articles at "
            "once. Nothing was accepted.",
        )
    return bytes(body)


async def _answer_in_time(work: Any) -> dict[str, Any]:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            result: dict[str, Any] = await work
            return result
    except TimeoutError:
        raise away(
            "Kafka has not confirmed everything in time", "Send it again, nothing is doubled."
        ) from None


def _health(link: KafkaLink, inbox: Inbox | None) -> Health:
    if not link.is_alive:
        return Health(False, "the link to Kafka has ended: restart the service")
    if inbox and not inbox.is_alive:
        return Health(False, "the inbox is not watched any more: restart the service")
    return Health(True, "takes articles" if link.state().ok else "waits for Kafka")


async def _ready(link: KafkaLink, guard: Guard) -> Health:
    return Health(False, guard.fault) if guard.fault else link.state()
