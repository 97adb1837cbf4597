import pytest

from tests.unit.events.conftest import Parse
from tidings_events.grammar import conjuncts, logical_object, logical_subject


@pytest.mark.parametrize(
    ("text", "verb", "subject", "object_"),
    [
        ("Police detained two men.", "detained", "Police", "men"),
        ("Two men were detained by police.", "detained", "police", "men"),
        ("Two men were detained.", "detained", None, "men"),
        ("Criticised by Estonia, Latvia shelved the plan.", "Criticised", "Estonia", "Latvia"),
        ("Criticised by Estonia, Latvia shelved the plan.", "shelved", "Latvia", "plan"),
        ("Accused of theft, the men left the country.", "Accused", None, "men"),
        ("The men detained by police were students.", "detained", "police", "men"),
        ("Troops who shelled the town left.", "shelled", "Troops", "town"),
        ("The minister condemned and rejected the plan.", "condemned", "minister", "plan"),
        ("The minister condemned and rejected the plan.", "rejected", "minister", "plan"),
        ("Estonia urged Latvia to close the port.", "close", "Latvia", "port"),
        ("Estonia agreed to close the port.", "close", "Estonia", "port"),
        ("Estonia accused Latvia of closing the port.", "closing", "Latvia", "port"),
    ],
)
def test_who_acts_on_whom_in_every_voice(
    text: str, verb: str, subject: str | None, object_: str | None, parse: Parse
) -> None:
    token = next(token for token in parse(text) if token.text == verb)
    found = logical_subject(token), logical_object(token)
    assert tuple(one.text if one is not None else None for one in found) == (subject, object_)


def test_a_list_is_taken_apart(parse: Parse) -> None:
    doc = parse("Peru, Chile and Bolivia signed a treaty.")
    assert [token.text for token in conjuncts(doc[0])] == ["Peru", "Chile", "Bolivia"]


def test_of_alternatives_only_the_first_is_taken(parse: Parse) -> None:
    doc = parse("Peru or Chile signed a treaty.")
    assert [token.text for token in conjuncts(doc[0])] == ["Peru"]
