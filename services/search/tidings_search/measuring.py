"""Asks Prometheus what the overview shows or, where it does not tell, the services themselves."""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tidings.metrics import SERVICES
from tidings.operations import metrics_page
from tidings.overview import NOW, Figure, Query
from tidings.settings import Settings
from tidings.targets import read_places
from tidings_search.measured import FIGURES, Alert, Line, Measured, Sample, read

PAST_SECONDS: Final = 3_600
STEP_SECONDS: Final = 60
_PATIENCE_SECONDS: Final = 3.0
_FILLED: Final = {"$__rate_interval": "1m", "$__range": "1h"}


class PrometheusSilent(Exception):
    """It does not tell; the words say why."""


async def measure(
    settings: Settings, transport: httpx.AsyncBaseTransport | None = None
) -> Measured:
    """What is known now, from whoever tells, whatever is down. `transport` is the web, and replaced
    in tests."""
    async with httpx.AsyncClient(
        timeout=_PATIENCE_SECONDS, trust_env=False, transport=transport
    ) as client:
        address = settings.prometheus_address
        try:
            return await _Prometheus(client, address).measure()
        except PrometheusSilent as silence:
            told = f"the services' own metrics, since Prometheus at {address} {silence}"
            return await _ask_services(client, settings, told)


class _Prometheus:
    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address

    async def measure(self) -> Measured:
        """Raises PrometheusSilent."""
        if not await self._ask("query", query='up{job="search"}'):
            raise PrometheusSilent("does not watch these services, or not yet")
        at = datetime.now(UTC)
        lines = await asyncio.gather(*(self._lines(one, at.timestamp()) for one in FIGURES))
        told = dict(zip(FIGURES, lines, strict=True))
        return Measured(f"Prometheus at {self._address}", at, told, await self._alerts())

    async def _lines(self, figure: Figure, now: float) -> tuple[Line, ...]:
        found = [await self._of_query(figure, query, now) for query in figure.queries]
        return tuple(line for lines in found for line in lines)

    async def _of_query(self, figure: Figure, query: Query, now: float) -> list[Line]:
        expr = query.expr
        for name, value in _FILLED.items():
            expr = expr.replace(name, value)
        if figure in NOW:
            answer = await self._ask("query", query=expr, time=now)
            series = [(one["metric"], [one["value"]]) for one in answer]
        else:
            span = {"start": now - PAST_SECONDS, "end": now, "step": STEP_SECONDS}
            answer = await self._ask("query_range", query=expr, **span)
            series = [(one["metric"], one["values"]) for one in answer]
        lines = [_line(_name(figure, query, labels), values, now) for labels, values in series]
        return sorted(lines)

    async def _alerts(self) -> tuple[Alert, ...]:
        found = (await self._get("alerts"))["alerts"]
        return tuple(_alert(one) for one in found if one["state"] == "firing")

    async def _ask(self, what: str, **asked: str | float) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = (await self._get(what, asked))["result"]
        return result

    async def _get(self, what: str, asked: Mapping[str, str | float] | None = None) -> Any:
        try:
            answer = await self._client.get(f"{self._address}/api/v1/{what}", params=asked)
            body = answer.json()
            if body["status"] == "success":
                return body["data"]
        except httpx.HTTPError:
            raise PrometheusSilent("does not answer") from None
        except (ValueError, LookupError, TypeError):
            raise PrometheusSilent("answers what Prometheus would not") from None
        raise PrometheusSilent(f"refuses a question ({body.get('error')})")


async def _ask_services(client: httpx.AsyncClient, settings: Settings, told: str) -> Measured:
    try:
        looking = asyncio.to_thread(read_places, settings)
        found = await asyncio.wait_for(looking, _PATIENCE_SECONDS)
    except TimeoutError:
        found = {}
    own = settings.search_address.removeprefix("http://")
    places = [(job, one) for job in SERVICES for one in found.get(job) or ("",)]
    pages = await asyncio.gather(*(_page(client, place, own) for _, place in places))
    samples = [
        sample
        for (job, place), page in zip(places, pages, strict=True)
        for sample in _samples(job, place, page)
    ]
    lines = {
        figure: tuple(Line(name, value) for name, value in sorted(values.items()))
        for figure in FIGURES
        if figure.reading and (values := read(figure.reading, samples))
    }
    return Measured(told, datetime.now(UTC), lines, alerts=None)


async def _page(client: httpx.AsyncClient, place: str, own: str) -> str | None:
    """The metrics of a process; None where it does not answer. Our `own` are at hand."""
    if place == own:
        return metrics_page()[0].decode()
    if not place:
        return None
    try:
        answer = await client.get(f"http://{place}/metrics")
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return answer.text if answer.status_code == httpx.codes.OK else None


def _samples(job: str, place: str, page: str | None) -> Iterator[Sample]:
    """What a process shows and, as Prometheus adds it, whether it answered at all."""
    process = f"{job} {place}"
    yield Sample(process, "up", {"job": job}, float(page is not None))
    try:
        for family in text_string_to_metric_families(page or ""):
            for one in family.samples:
                yield Sample(process, one.name, {**one.labels, "job": job}, float(one.value))
    except ValueError:  # something else listens there
        return


def _line(name: str, values: Sequence[tuple[float, str]], now: float) -> Line:
    past = tuple((moment, float(value)) for moment, value in values if math.isfinite(float(value)))
    is_fresh = bool(past) and now - past[-1][0] < STEP_SECONDS / 2
    return Line(name, past[-1][1] if is_fresh else None, past)


def _name(figure: Figure, query: Query, labels: Mapping[str, str]) -> str:
    if query.legend == "__auto":
        return figure.title
    if query.legend.startswith("{{"):
        return labels.get(query.legend.strip("{}"), "")
    return query.legend


def _alert(one: Mapping[str, Any]) -> Alert:
    labels, words = one["labels"], one["annotations"]
    return Alert(
        labels["alertname"],
        labels.get("severity", ""),
        words.get("summary", labels["alertname"]),
        datetime.fromisoformat(one["activeAt"]),
    )
