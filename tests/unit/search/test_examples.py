"""The examples of the OpenAPI document are answers as the API gives them."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import validator_for

from tidings.settings import Settings
from tidings_search.app import build_app
from tidings_search.examples import examples

OPENAPI = build_app(Settings()).openapi()
JSON = "application/json"


def answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """By address, what the document says of each answer in JSON."""
    for path, operations in OPENAPI["paths"].items():
        content = operations["get"]["responses"]["200"].get("content", {})
        if path.startswith("/api/") and JSON in content:
            yield path, content[JSON]


def test_every_operation_has_an_example_of_its_own() -> None:
    given = [answer["example"] for _, answer in answers()]
    assert all(given)
    assert given == list({id(one): one for one in given}.values())
    assert len(given) == len(examples())


@pytest.mark.parametrize(("path", "answer"), list(answers()), ids=lambda one: str(one)[:40])
def test_an_example_is_as_the_document_says(path: str, answer: dict[str, Any]) -> None:
    mistakes = validator_for(OPENAPI | answer["schema"]).iter_errors(answer["example"])
    assert [str(one) for one in mistakes] == []


def test_every_filter_has_an_example() -> None:
    without = [
        parameter["name"]
        for parameter in OPENAPI["paths"]["/api/articles"]["get"]["parameters"]
        if not parameter.get("examples") and not parameter["schema"].get("examples")
    ]
    assert set(without) <= {"ids", "entity", "sort", "size", "page", "cursor", "fields"}
