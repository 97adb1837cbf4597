"""Examples for the OpenAPI document: answers of the demonstration corpus, cut short."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def example(name: str) -> dict[int | str, dict[str, Any]]:
    """The response 200 of the operation that has this example."""
    return {200: {"content": {"application/json": {"example": examples()[name]["answer"]}}}}


@cache
def examples() -> dict[str, Any]:
    """By name, each the address that was `asked` and the `answer`."""
    text = files("tidings_search").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
