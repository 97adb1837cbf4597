"""What a query means, told in its own words, with every operator and parenthesis said."""

import pytest

from tidings_search.querying.nodes import Everything, Limits
from tidings_search.querying.read import read_query
from tidings_search.querying.wording import wording_of


def meaning(query: str) -> str:
    return wording_of(read_query(query).node)


@pytest.mark.parametrize("query", ["", " ", "\t\n", "*", "*:*"])
def test_without_conditions_everything_is_asked_for(query: str) -> None:
    assert read_query(query).node == Everything()


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("strike", "strike"),
        ("strike talks", "strike AND talks"),
        ("strike AND talks", "strike AND talks"),
        ("strike && talks", "strike AND talks"),
        ("+strike +talks", "strike AND talks"),
        ("strike OR talks", "strike OR talks"),
        ("strike || talks", "strike OR talks"),
        ("strike NOT talks", "strike AND NOT talks"),
        ("strike AND NOT talks", "strike AND NOT talks"),
        ("strike -talks", "strike AND NOT talks"),
        ("strike !talks", "strike AND NOT talks"),
        ("NOT strike", "NOT strike"),
        ("NOT NOT strike", "NOT NOT strike"),
        ("-(strike talks)", "NOT (strike AND talks)"),
        ("not or and", "not AND or AND and"),
        ("(harbour) AND(strike)", "harbour AND strike"),
        ("(harbour)!strike", "harbour AND NOT strike"),
    ],
)
def test_operators_may_be_words_or_signs_and_words_must_all_be_there(
    query: str, understood: str
) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("a b OR c", "a AND (b OR c)"),
        ("a OR b c", "(a OR b) AND c"),
        ("a AND b OR c", "(a AND b) OR c"),
        ("a OR b AND c", "a OR (b AND c)"),
        ("a OR NOT b", "a OR NOT b"),
        ("(a b) OR c", "(a AND b) OR c"),
        ("a (b (c OR d))", "a AND (b AND (c OR d))"),
    ],
)
def test_side_by_side_binds_least_and_a_written_and_more_than_or(
    query: str, understood: str
) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    "spelling",
    [
        '("new trial" OR acquit*) NOT (weston OR knoll)',
        '("new trial" OR acquit*) -(weston OR knoll)',
        '("new trial" OR acquit*) !(weston OR knoll)',
        '("new trial" OR acquit*) AND NOT (weston OR knoll)',
    ],
)
def test_exclusions_mean_the_same_however_they_are_written(spelling: str) -> None:
    assert meaning(spelling) == '("new trial" OR acquit*) AND NOT (weston OR knoll)'


@pytest.mark.parametrize("query", ['"a b"', "“a b”", "„a b“", "«a b»", "»a b«", "”a b”", "＂a b＂"])
def test_quotation_marks_of_every_shape_make_a_phrase(query: str) -> None:
    assert meaning(query) == '"a b"'


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ('"harbour   strike"', '"harbour strike"'),
        ('"harbour\nstrike"', '"harbour strike"'),
        ('"harbour strike"~5', '"harbour strike"~5'),
        ('"a \\"b\\" c"', '"a \\"b\\" c"'),
        ('said"harbour strike"', 'said AND "harbour strike"'),
        ("said“harbour strike”now", 'said AND "harbour strike" AND now'),
        ('a<"b c"', 'a< AND "b c"'),
        ('"a""b"', '"a" AND "b"'),
        ('"a"OR"b"', '"a" OR "b"'),
        ('"a"||“b”', '"a" OR "b"'),
        ('title:-"a b"', 'NOT title:"a b"'),
    ],
)
def test_a_phrase_stays_one_whatever_stands_beside_it(query: str, understood: str) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("acqu*", "acqu*"),
        ("wom?n", "wom?n"),
        ("acquital~", "acquital~"),
        ("acquital~1", "acquital~1"),
        ("strike^2.5", "strike^2.5"),
        ('"harbour strike"~3^2', '"harbour strike"~3^2'),
        ("(strike talks)^2", "strike^2 AND talks^2"),
        ("strike^2^3", "strike^6"),
        ("title:(strike OR talks)^4", "title:strike^4 OR title:talks^4"),
        ("title:strike", "title:strike"),
        ("TITLE:strike", "title:strike"),
        ('text:"in full"', 'text:"in full"'),
    ],
)
def test_words_may_be_patterns_misspelt_weighed_and_in_a_place(query: str, understood: str) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    "query",
    ["AT&T", "a+b", "貨物船", "co-operate", "10\\:30", "#3", "why\\?", "rock'n'roll", "Who’s",
     "100%", "\\(US\\)", "🔥", "a!b", "a<b", "\\AND", "a\\\\", "a\\:"],
)  # fmt: skip
def test_what_only_looks_like_an_operator_is_a_word(query: str) -> None:
    assert meaning(query) == query


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("outlet:gazette", "outlet:gazette"),
        ('outlet:"the gazette"', 'outlet:"the gazette"'),
        ("outlet:(gazette OR herald)", "outlet:gazette OR outlet:herald"),
        ("outlet:(gazette -herald)", "outlet:gazette AND NOT outlet:herald"),
        ("-outlet:gazette", "NOT outlet:gazette"),
        ("author:*", "author:*"),
        ("author:gaz*", "author:gaz*"),
        ("author:gazete~", "author:gazete~"),
        ("language:pt-BR", "language:pt-BR"),
        ('person:"Zoë Moreau"', 'person:"Zoë Moreau"'),
        ("country:france", "country:FRA"),
        ('country:"the netherlands"', "country:NLD"),
        ("country:fra", "country:FRA"),
        ("date:[2026-01-01 TO 2026-02-01}", "date:[2026-01-01 TO 2026-02-01}"),
        ("date:>=2026", "date:>=2026"),
        ("date:2026-03-01T10:30", "date:2026-03-01T10:30"),
        ("date:last-7d", "date:last-7d"),
    ],
)
def test_fields_of_articles(query: str, understood: str) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("event:coerce", "one event with event:COERCE"),
        (
            "event:COERCE source_country:usa",
            "one event with (event:COERCE AND source_country:USA)",
        ),
        (
            '"oil tanker" event:COERCE source_country:USA',
            '"oil tanker" AND one event with (event:COERCE AND source_country:USA)',
        ),
        (
            "event:COERCE oil source_country:USA",
            "oil AND one event with (event:COERCE AND source_country:USA)",
        ),
        (
            "(event:COERCE) AND (source_country:USA)",
            "one event with event:COERCE AND one event with source_country:USA",
        ),
        (
            "(event:COERCE mode:seize) (event:CONSULT)",
            "one event with (event:COERCE AND mode:seize) AND one event with event:CONSULT",
        ),
        (
            "event:COERCE -modality:denied",
            "one event with (event:COERCE AND NOT modality:denied)",
        ),
        (
            "event:COERCE -(modality:denied)",
            "NOT one event with modality:denied AND one event with event:COERCE",
        ),
        ("-event:COERCE", "NOT one event with event:COERCE"),
        ("oil -event:COERCE", "oil AND NOT one event with event:COERCE"),
        (
            "event:(COERCE OR ASSAULT) killed:>=10",
            "one event with ((event:COERCE OR event:ASSAULT) AND killed:>=10)",
        ),
        (
            "event:COERCE OR event:ASSAULT",
            "one event with event:COERCE OR one event with event:ASSAULT",
        ),
        (
            "event:COERCE AND (oil OR gas)",
            "(oil OR gas) AND one event with event:COERCE",
        ),
    ],
)
def test_event_fields_side_by_side_speak_of_one_event(query: str, understood: str) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("place:Lima", "place:Lima"),
        ("place:Lima country:Peru", "place:Lima AND country:PER"),
        (
            "event:ASSAULT place:Lima country:Peru",
            "one event with (event:ASSAULT AND place:Lima AND country:PER)",
        ),
        (
            "event:ASSAULT (place:Lima)",
            "place:Lima AND one event with event:ASSAULT",
        ),
        (
            "event:ASSAULT outlet:gazette",
            "outlet:gazette AND one event with event:ASSAULT",
        ),
    ],
)
def test_place_and_country_are_the_event_s_only_beside_an_event_field(
    query: str, understood: str
) -> None:
    assert meaning(query) == understood


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("killed:5", Limits(5, 5)),
        ("killed:>5", Limits(5, None, with_low=False)),
        ("killed:<=5", Limits(None, 5)),
        ("killed:[5 TO *]", Limits(5, None)),
        ("killed:{5 TO 10]", Limits(5, 10, with_low=False)),
        ("intensity:-5", Limits(-5, -5)),
        ("intensity:<-5", Limits(None, -5, with_high=False)),
        ("intensity:[-10 TO -5.5}", Limits(-10, -5.5, with_high=False)),
    ],
)
def test_numbers_have_limits(query: str, limits: Limits) -> None:
    [event] = read_query(query).events
    assert getattr(event.part, "value", None) == limits


def test_the_events_that_a_query_names_are_those_it_wants_and_not_those_it_denies() -> None:
    query = read_query("oil (event:COERCE) OR (event:AID mode:seize) -event:PROTEST")
    assert [wording_of(event) for event in query.events] == [
        "one event with event:COERCE",
        "one event with (event:AID AND mode:seize)",
    ]
    assert read_query("oil").events == ()
