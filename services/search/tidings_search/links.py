"""Addresses of the pages: what is asked is all in them, so each can be copied, kept and shared."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import BaseModel

from tidings.messages import EntityKind
from tidings_search.facets import FACETS, KIND_OF_FACET
from tidings_search.request import MAX_RESULTS, Narrowing, SearchRequest, Sort

CHOICES: Final = ("entity", *FACETS)
VIEWS: Final = {"/": "Articles", "/events": "Events", "/map": "Map", "/pairs": "Pairs"}
"""The pages that show one search in different ways."""

_OF_ONE_PAGE: Final = ("page", "cursor")
_IN_PAGES: Final = ("/api/articles", "/api/events")
"""The addresses of the API that take an order and a page."""
_BEYOND_ONE_FIELD: Final = ("date_from", "date_to", *_OF_ONE_PAGE, "size")
"""Of which a mistake may be one that none of them makes alone."""


class Links:
    """The searches that are one step away from the one `asked`, shown by the page at `path`. Any
    change starts at page 1."""

    def __init__(self, asked: SearchRequest, path: str = "/") -> None:
        self._asked = asked
        self._path = path

    @staticmethod
    def start(field: str, value: str, path: str = "/") -> str:
        """Everything with one value chosen."""
        return Links(SearchRequest(), path).toggle(field, value)

    def chosen(self) -> list[tuple[str, str]]:
        """The values of filters, each with its field."""
        return [(field, value) for field in CHOICES for value in getattr(self._asked, field)]

    def toggle(self, field: str, value: str) -> str:
        """With the value chosen, or without it where it is chosen already."""
        chosen: tuple[str, ...] = getattr(self._asked, field)
        others = tuple(one for one in chosen if one != value)
        return self._changed(**{field: others if value in chosen else (*chosen, value)})

    def without(self, field: str) -> str:
        """Without any value of a filter."""
        return self._changed(**{field: ()})

    def only(self, **values: tuple[str, ...]) -> str:
        """With just these values of these filters, beside all others."""
        return self._changed(**values)

    def entities(self) -> tuple[str, str] | None:
        """The name or id of the entity that is chosen, where it is one, and where to read of it."""
        chosen = [one for one in self.chosen() if one[0] == "entity" or one[0] in KIND_OF_FACET]
        if len(chosen) != 1:
            return None
        [(field, value)] = chosen
        kind = KIND_OF_FACET.get(field)
        return value, namesakes_address(value, kind) if kind else entity_address(value)

    def days(self, first: date | None, last: date | None) -> str:
        return self._changed(date_from=first, date_to=last)

    def sort(self, order: Sort) -> str:
        return self._changed(sort=order)

    def page(self, number: int) -> str:
        return self._changed(page=number)

    def following(self, cursor: str) -> str:
        return self._changed(cursor=cursor)

    def query(self, q: str) -> str:
        """Another query under the same filters."""
        return self._changed(q=q)

    def without_filters(self) -> str:
        fields = Narrowing.model_fields.items()
        return self._changed(**{name: field.default for name, field in fields if name != "q"})

    def again(self) -> str:
        """The very same search."""
        return address(self._asked, self._path)

    def view(self, path: str, **more: str) -> str:
        """The same search on another page."""
        return address(self._first(), path, **more)

    def facet(self, name: str, **more: str | int) -> str:
        """All values of a facet; `more`: its letters and page."""
        return address(self._first(), f"/facets/{name}", **more, view=self._path)

    def json(self, path: str = "/api/articles", **more: str) -> str:
        asked = self._asked if path in _IN_PAGES else self._asked.narrowed_to(Narrowing)
        return address(asked, path, **more)

    def export(self, of: str, kind: str) -> str:
        everything = self._asked.narrowed_to(SearchRequest, "sort")
        return address(everything, f"/api/export/{of}", format=kind)

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """What a form has to carry along, but for the fields that it has itself."""
        fields = parameters(self._asked)
        return [
            (name, str(value))
            for name, values in fields.items()
            if name not in {*_OF_ONE_PAGE, *but}
            for value in (values if isinstance(values, list) else [values])
        ]

    def _first(self) -> SearchRequest:
        return self._asked.model_copy(update={"page": 1, "cursor": None})

    def _changed(self, **changes: Any) -> str:
        changed = self._first().model_copy(update=changes)
        return address(changed, self._path)


class Typed:
    """An address that cannot be read, as it came: its path and parameters, and which of these are
    `wrong`; "" stands for several together."""

    def __init__(
        self, path: str, given: Sequence[tuple[str, str]], wrong: Collection[str] = ()
    ) -> None:
        self._given = [(name, value) for name, value in given if name in SearchRequest.model_fields]
        view = dict(given).get("view", path)
        self.path = view if view in VIEWS else "/"
        self.q = self.said("q")
        self._wrong = {*wrong, *(_BEYOND_ONE_FIELD if "" in wrong else ())}

    def said(self, name: str) -> str:
        return dict(self._given).get(name, "")

    def kept(self) -> list[tuple[str, str]]:
        """What the form of the box carries along: what can be read."""
        but = {"q", *_OF_ONE_PAGE, *self._wrong}
        return [(name, value) for name, value in self._given if name not in but]

    def query(self, q: str) -> str:
        """Another query under what can be read of the filters."""
        asked = urlencode([("q", q), *self.kept()], quote_via=quote)
        return f"{self.path}?{asked}"


def parameters(asked: BaseModel) -> dict[str, Any]:
    """What differs from a search for everything. An empty list of ids finds nothing, so that it is
    one empty value, as it is read."""
    given = asked.model_dump(mode="json", exclude_defaults=True)
    return {name: [""] if value == [] else value for name, value in given.items()}


def address(asked: BaseModel, path: str = "/", **more: str | int) -> str:
    query = urlencode({**parameters(asked), **more}, doseq=True, quote_via=quote)
    return f"{path}?{query}" if query else path


def entity_address(entity_id: str) -> str:
    return f"/entities/{segment(entity_id)}"


def event_address(event_id: str) -> str:
    return f"/events/{segment(event_id)}"


def namesakes_address(name: str, kind: EntityKind | None = None, path: str = "/entities") -> str:
    """Who is called so, of one kind or of any."""
    asked = f"{path}?name={segment(name)}"
    return f"{asked}&kind={kind}" if kind else asked


def segment(value: str) -> str:
    """An id as one segment of an address."""
    return quote(value, safe="")


def last_page(total: int, size: int) -> int:
    """The last page that can be asked for."""
    return max(1, min(-(-total // size), MAX_RESULTS // size))
