"""Sets of words from the rules' TOML files, read at the first need and then kept."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tidings_events.inflection import verb_forms


@cache
def table(file: str) -> Mapping[str, Any]:
    """`rules/<file>.toml`, as it stands."""
    text = (files("tidings_events") / "rules" / f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def word_set(file: str, *path: str) -> frozenset[str]:
    """The words of a list, in the forms that stand there."""
    return frozenset(_at(file, path))


@cache
def verb_set(file: str, *path: str) -> frozenset[str]:
    """All forms of the verbs of a list."""
    irregular = {lemma: tuple(forms) for lemma, forms in table("irregular")["verbs"].items()}
    return frozenset(form for lemma in _at(file, path) for form in verb_forms(lemma, irregular))


def _at(file: str, path: tuple[str, ...]) -> Any:
    value: Any = table(file)
    for name in path:
        value = value[name]
    return value
