"""Every mistake is pointed at where it stands, says what to do, and suggests what may be meant."""

import pytest

from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.read import MOST_CONDITIONS, read_query
from tidings_search.querying.scan import DEEPEST, LONGEST


def mistake(query: str) -> QueryMistake:
    with pytest.raises(QueryMistake) as refused:
        read_query(query)
    return refused.value


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ('harbour "strike', 9, "no partner"),
        ("harbour “strike", 9, "no partner"),
        ("(harbour", 1, "“(” is never closed"),
        ("harbour)", 8, "no bracket for this “)”"),
        ("date:[2026 TO 2027", 6, "“[” is never closed"),
        ("date:2026]", 10, "no bracket for this “]”"),
        ("(a]", 3, "no bracket for this “]”"),
        ("a ()", 3, "nothing in these parentheses"),
        ("harbour AND", 9, "nothing follows “AND”"),
        ("(harbour OR) strike", 10, "nothing follows “OR”"),
        ("OR harbour", 1, "nothing stands before “OR”"),
        ("&& harbour", 1, "nothing stands before “&&”"),
        ("a AND OR b", 7, "two operators"),
        ("harbour NOT", 9, "nothing follows “NOT”"),
        ("harbour - strike", 9, "“-” stands directly before"),
        ("harbour + strike", 9, "“+” stands directly before"),
        ("title:", 6, "nothing follows this colon"),
        ("(title:)", 7, "nothing follows this colon"),
        ("harbour\\", 8, "nothing follows this “\\”"),
    ],
)
def test_what_is_not_finished(query: str, position: int, sentence: str) -> None:
    refused = mistake(query)
    assert refused.position == position
    assert str(refused).startswith(f"Character {position}: ")
    assert sentence in str(refused)


@pytest.mark.parametrize(
    ("query", "position", "suggestion"),
    [
        ("perosn:Ida", 1, "person"),
        ("oil Outlt:gazette", 5, "outlet"),
        ("event:COERSE", 7, "COERCE"),
        ("event:(AID OR PROTST)", 15, "PROTEST"),
        ("event:COERCE modality:assert", 23, "asserted"),
        ("context:militray", 9, "military"),
        ("country:Grmany", 9, "Germany"),
        ("sector:MLI", 8, "MIL"),
    ],
)
def test_what_is_nearly_known_gets_a_suggestion_that_can_stand_there(
    query: str, position: int, suggestion: str
) -> None:
    refused = mistake(query)
    assert (refused.position, refused.suggestion) == (position, suggestion)
    assert f"did you mean “{suggestion}”?" in str(refused)
    wrong = query[position - 1 :].split(":")[0].split(")")[0]
    read_query(query.replace(wrong, suggestion))


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ("qqqq:Ida", 1, "unknown field “qqqq”; a colon that is meant literally"),
        ("http://s.example", 1, "unknown field “http”"),
        ("at 10:30", 4, "unknown field “10”"),
        ("event:QQQQ", 7, "There are ACCUSE, AGREE"),
        ("country:Qqqq", 9, "write its name in English, or its code"),
        ("title:outlet:x", 7, "a field cannot stand in the field “title”"),
        ("*:x", 1, "means everything"),
    ],
)
def test_what_is_not_known_at_all_says_what_is(query: str, position: int, sentence: str) -> None:
    refused = mistake(query)
    assert (refused.position, refused.suggestion) == (position, None)
    assert sentence in str(refused)


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ("date:[2026-02-30 TO *]", 7, "“2026-02-30” is no date: a date is written"),
        ("date:soon", 6, "“soon” is no date"),
        ("date:last-0d", 6, "is no date"),
        ("date:[2026 TO 2025]", 6, "ends before it begins"),
        ("date:[2026-02 TO 2026-01]", 6, "ends before it begins"),
        ("person:Orme^5", 8, "a weight is for words"),
        ("((oil^50)^50)", 3, "from 0.01 to 100"),
        ("date:/2026/", 6, "takes a date or a range of dates"),
        ("killed:many", 8, "“many” is no number"),
        ("killed:nan", 8, "is no number"),
        ("killed:1e99", 8, "is no number"),
        ("killed:[10 TO 5]", 8, "ends before it begins"),
        ("intensity:-(5)", 11, "takes a number or a range"),
        ("outlet:[a TO b]", 8, "takes a word or a phrase"),
        ("event:COERCE~", 7, "takes a word or a phrase"),
        ("event:CO*", 7, "takes no * or ?"),
        ("country:FR?", 9, "takes no * or ?"),
        ("[a TO b]", 1, "a range or comparison needs a field"),
        (">5", 1, "a range or comparison needs a field"),
        ("/regular/", 1, "regular expressions are not searched for"),
        ("— ?…", 1, "has no letters or digits"),
        ('""', 1, "has no letters or digits"),
        ('outlet:"-"', 8, "has no letters or digits"),
    ],
)
def test_what_a_field_cannot_take(query: str, position: int, sentence: str) -> None:
    refused = mistake(query)
    assert refused.position == position
    assert sentence in str(refused)


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ("a" * (LONGEST + 1), LONGEST + 1, "at most 1,000 characters, this one 1,001"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST + 1, "20 deep, not more"),
        (" ".join(["a"] * (MOST_CONDITIONS + 1)), 1, "at most 100 conditions, and this one has"),
        ("x " + "-" * 100 + "a", None, "more than 60 deep"),
        ("oil a*", 5, "at least 2 letters stand before the first * or ?"),
        ("*ing", 1, "at least 2 letters"),
        ("person:?da", 8, "at least 2 letters"),
        ("a1*2*3*4*5*6*", 1, "at most 5 of them"),
        ("ab*" + "a" * 48, 1, "at most 5 of them and 50 letters"),
        ('"a b"~51', 1, "at most 50 words"),
        ("acquital~3", 1, "0, 1 or 2 letters"),
        ("acquital~0.7", 1, "0, 1 or 2 letters"),
        ("strike^0", 1, "from 0.01 to 100"),
        ("strike^101", 1, "from 0.01 to 100"),
        ("strike^", 1, "from 0.01 to 100"),
        ("strike^1.2.3", 8, "“1.2.3” is no number"),
        ("strike~.", 8, "“.” is no number"),
        ('"a b"~1.5', 7, "“1.5” is no whole number of words"),
        ("jet~lag", 4, "“~” stands at the end of a word"),
    ],
)  # fmt: skip
def test_limits_are_stated(query: str, position: int | None, sentence: str) -> None:
    refused = mistake(query)
    assert position is None or refused.position == position
    assert sentence in str(refused)


def test_the_longest_deepest_and_fullest_query_is_read() -> None:
    for query in (
        "a" * LONGEST,
        "(" * DEEPEST + "a" + ")" * DEEPEST,
        " ".join(["a"] * MOST_CONDITIONS),
        "ab*c?d*e?" + "f" * 41,
        '"a b"~50 c~2 d^100',
    ):
        assert read_query(query).text == query


def test_positions_count_in_what_was_typed_and_not_in_what_was_made_of_it() -> None:
    assert mistake("a && !b && perosn:x").position == 12
    assert mistake("“a b” c“d” perosn:x").position == 12
    assert mistake("🔥🔥 perosn:x").position == 4
    assert mistake("  perosn:x").position == 3
    assert mistake("a && !b intensity:(<").position == 19
