"""Invented articles with events of every kind, for what search finds, counts and walks through."""

from collections.abc import Iterator
from typing import Any, Final

from tests.pipeline import newsroom
from tidings.messages import (
    Actor,
    Article,
    Casualties,
    Event,
    EventDate,
    EventPlace,
    EventType,
    Span,
)
from tidings_index.received import Received

GRAIN: Final = newsroom.an_article(
    "Grain ships held at Lima", "Coast guards held grain ships.", outlet="gazette.example",
    published_at="2026-02-10T08:00:00Z", language="en",
)  # fmt: skip
PORT: Final = newsroom.an_article(
    "Talks on the grain port", "Envoys talked about grain.", outlet="herald.example",
    published_at="2026-02-11T08:00:00Z", language="en",
)  # fmt: skip
RAID: Final = newsroom.an_article(
    "Raid near Cusco", "A raid near Cusco killed twelve people.", outlet="herald.example",
    published_at="2026-02-12T23:59:59Z", language="es",
)  # fmt: skip
MARCH: Final = newsroom.an_article(
    "March in Nairobi", "Teachers marched in Nairobi.", outlet="The Daily “Orm”",
    published_at="2026-04-01T00:00:00Z", language="en",
)  # fmt: skip
QUIET: Final = newsroom.an_article("Nothing happened", "Grain grew.", outlet="gazette.example")
GONE: Final = newsroom.an_article("Grain story withdrawn", "Grain was never held.")

PERU: Final = {"name": "Coast guard of Peru", "country": "PER", "sector": "MIL"}
CHILE: Final = {"name": "Chile", "country": "CHL", "sector": "GOV"}
POLICE: Final = {"name": "Police", "sector": "COP"}
POLICE_TOO: Final = {"name": "police", "sector": "COP"}
TEACHERS: Final = {"name": "teachers", "country": "KEN", "sector": "LAB"}
LIMA: Final = EventPlace(name="Lima", country="PER", lat=-12.05, lon=-77.04)
CUSCO: Final = EventPlace(name="Cusco", country="PER", lat=-13.52, lon=-71.97)
NAIROBI: Final = EventPlace(name="Nairobi", country="KEN", lat=-1.29, lon=36.82)
KENYA: Final = EventPlace(name="Kenya", country="KEN", lat=0.5, lon=38.0)
NOWHERE: Final = EventPlace(name="Port Erewhon")


def told(article: Article, number: int, event_type: EventType, **slots: Any) -> Event:
    """The article's event of that number. `source` and `target` are fields of actors, `day` is its
    date, `killed` the least number of dead."""
    line = article.title or ""
    words = Span(text=line.split()[0], start=0, end=len(line.split()[0]))
    actors = {
        role: Actor(**words.model_dump(), **slots.pop(role))
        for role in ("source", "target")
        if role in slots
    }
    if day := slots.pop("day", None):
        precision = ("year", "month", "day")[day.count("-")]
        slots["date"] = EventDate.model_validate(
            {"value": day, "precision": precision, "text": day}
        )
    if killed := slots.pop("killed", None):
        slots["casualties"] = (Casualties(**words.model_dump(), kind="killed", low=killed),)
    fields = {
        "event_id": f"{article.article_id}-{number}",
        "event_type": event_type,
        "quad_class": 4,
        "intensity": -5.0,
        "trigger": words,
        "sentence": Span(text=line, start=0, end=len(line)),
        "rule": "test#rule",
        "rules_version": "2026.11.1",
        "confidence": 0.5,
    }
    return Event.model_validate(fields | actors | slots)


def small() -> list[Received]:
    """Six articles: one event with two properties against two events with one each, and so on."""
    held = told(
        GRAIN, 0, "COERCE", mode="seize", source=PERU, target=CHILE, place=LIMA, intensity=-7.0,
        day="2026-02-09", contexts=("military", "trade"), confidence=0.9,
    )  # fmt: skip
    denied = told(
        GRAIN, 1, "COERCE", mode="arrest", source=POLICE, modality="denied", place=NOWHERE
    )
    talked = told(PORT, 0, "CONSULT", mode="visit", source=PERU, target=CHILE, intensity=1.0,
                  day="2026-02", contexts=("trade",))  # fmt: skip
    seized = told(PORT, 1, "COERCE", mode="seize", source=CHILE, place=KENYA, modality="planned")
    raided = told(
        RAID, 0, "ASSAULT", mode="firearms", source=POLICE_TOO, target=PERU, place=CUSCO, killed=12,
        intensity=-10.0, day="2026-02-11",
    )  # fmt: skip
    marched = told(MARCH, 0, "PROTEST", mode="demo", source=TEACHERS, target={"name": "they"},
                   place=NAIROBI, intensity=-4.5, day="2026-03-31")  # fmt: skip
    beaten = told(MARCH, 1, "ASSAULT", mode="beat", source=POLICE, target=TEACHERS, place=NAIROBI,
                  killed=2, intensity=-9.0)  # fmt: skip
    return [
        *newsroom.as_read(
            GRAIN,
            newsroom.entities_of(GRAIN, ("place", "Lima"), ("organisation", "Coast guards")),
            newsroom.events_of(GRAIN, held, denied),
        ),
        *newsroom.as_read(
            PORT,
            newsroom.entities_of(
                PORT,
                ("organisation", "Envoys"),
                joined={"Envoys": {"Coast guards": "choosing these finds the envoys too"}},
            ),
            newsroom.events_of(PORT, talked, seized),
        ),
        *newsroom.as_read(
            RAID, newsroom.entities_of(RAID, ("place", "Cusco")), newsroom.events_of(RAID, raided)
        ),
        *newsroom.as_read(
            MARCH,
            newsroom.entities_of(MARCH, ("place", "Nairobi"), ("group", "Teachers")),
            newsroom.events_of(MARCH, marched, beaten),
        ),
        *newsroom.as_read(QUIET, newsroom.events_of(QUIET)),
        *newsroom.as_read(
            GONE,
            newsroom.entities_of(GONE, ("organisation", "Grain board")),
            newsroom.events_of(GONE, told(GONE, 0, "REJECT", source=CHILE, place=LIMA)),
        ),
        newsroom.takedown(GONE),
    ]


OUTLETS: Final = 25
LONG_EVENTS: Final = 250


def an_issue(outlet: int, number: int) -> Article:
    return newsroom.an_article(
        f"Issue {number} of outlet {outlet:02}",
        f"Wheat 100% sure, AT&T, a+b, Müller #3, x & y, 貨物船, harbour strike. {outlet} {number}",
        outlet=f"outlet-{outlet:02}",
        url=f"https://news.example/{outlet}/{number}?a=1&b=é",
        published_at=None if number == 9 else f"2026-01-{1 + (outlet + number) % 20:02}T10:00:00Z",
    )


def many() -> Iterator[Received]:
    """325 articles of 25 outlets, `outlet-NN` with 25 - NN of them, on few days and some on none;
    two events each, one article with 250."""
    for outlet in range(OUTLETS):
        for number in range(OUTLETS - outlet):
            issue = an_issue(outlet, number)
            day = f"2026-01-{1 + number % 9:02}"
            events = [
                told(issue, 0, "AID", source=PERU, target=CHILE, place=LIMA, day=day),
                told(issue, 1, "COERCE", mode="seize", source=CHILE, modality="planned"),
            ]
            yield from newsroom.as_read(issue, newsroom.events_of(issue, *events))
    yield from long_article()


LONG: Final = newsroom.an_article(
    "An article of 250 events", "Wheat.", published_at="2026-01-05T10:00:00Z"
)


def long_article() -> list[Received]:
    events = [
        told(LONG, number, "ACCUSE", source=CHILE, day=f"2026-01-{1 + number % 28:02}")
        for number in range(LONG_EVENTS)
    ]
    return newsroom.as_read(LONG, newsroom.events_of(LONG, *events))
