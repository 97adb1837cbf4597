"""How sure is it that an event's type, source and target are right?

A logistic model of what can be seen of an event, with its weights in rules/confidence.toml;
`tests/evaluation/fit_confidence.py` fits them to annotated and judged events in a second.
"""

from collections.abc import Mapping
from math import exp
from typing import Final

from tidings_events.actors import Phrase
from tidings_events.grammar import is_noun
from tidings_events.knowledge import table
from tidings_events.matching import Match, Pair
from tidings_events.tree import Stretch

_LONG: Final = 30
"""Words of a sentence."""
_FAR: Final = 8
"""Words between the trigger and an actor."""


def confidence(match: Match, pair: Pair, sentence: Stretch, *, asserted: bool) -> float:
    """Between 0 and 1: of the events of one confidence about that share is right."""
    weights = table("confidence")["weights"]
    features = features_of(match, pair, sentence, asserted=asserted)
    total = sum(weights[name] * value for name, value in features.items())
    return round(1 / (1 + exp(-total)), 2)


def features_of(
    match: Match, pair: Pair, sentence: Stretch, *, asserted: bool
) -> Mapping[str, float]:
    """By name: 1 where it is so, else 0; `trust` is the rule's `base`."""
    source, target = pair
    actors = [actor for actor in pair if actor is not None]
    return {
        "always": 1.0,
        "trust": match.rule.base,
        "noun": float(is_noun(match.trigger)),
        "no_source": float(source is None),
        "no_target": float(target is None),
        "unknown_source": float(source is not None and _is_unknown(source)),
        "unknown_target": float(target is not None and _is_unknown(target)),
        "pronoun": float(any(actor.head.tag_ == "PRP" for actor in actors)),
        "not_asserted": float(not asserted),
        "long_sentence": float(len(sentence) > _LONG),
        "far_actor": float(any(abs(actor.head.i - match.trigger.i) > _FAR for actor in actors)),
        "one_of_a_list": float(len(match.sources) > 1 or len(match.targets) > 1),
    }


def _is_unknown(actor: Phrase) -> bool:
    return not actor.country and not actor.sector
