import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_search.words import QUOTES, QueryMistake, Term, parse_words


def test_words_are_terms_of_their_own_and_a_quoted_phrase_is_one() -> None:
    assert parse_words('strike "harbour  master" Ellery') == (
        Term("strike"),
        Term("harbour master", exact=True),
        Term("Ellery"),
    )


@pytest.mark.parametrize("query", ['"a b"', "“a b”", "„a b“", "«a b»", "»a b«", "”a b”", "＂a b＂"])
def test_quotation_marks_of_every_shape_make_a_phrase(query: str) -> None:
    assert parse_words(query) == (Term("a b", exact=True),)


@pytest.mark.parametrize(
    ("query", "position", "sign"),
    [
        ("trial OR acquit", 7, "OR"),
        ("trial AND NOT weston", 11, "NOT"),
        ("trial NOT (weston)", 7, "NOT"),
        ("trial -weston", 7, "-"),
        ('trial -"abel weston"', 7, "-"),
        ("trial !weston", 7, "!"),
        ("trial -(weston knoll)", 7, "-"),
        ("acquit*", 7, "*"),
        ("wom?n", 4, "?"),
        ('"new trial"~5', 12, "~5"),
        ("roam~1", 5, "~1"),
        ("trial^2", 6, "^2"),
        ('person:"Abel Weston"', 1, "person:"),
        ("trial event:COERCE", 7, "event:"),
        ("date:[2026-01-01 TO *]", 1, "date:"),
    ],
)
def test_an_operator_is_refused_where_it_stands_and_never_read_as_a_word(
    query: str, position: int, sign: str
) -> None:
    with pytest.raises(QueryMistake, match="not yet in this one") as refused:
        parse_words(query)

    assert refused.value.position == position
    assert query[position - 1 :].startswith(sign)


@pytest.mark.parametrize(
    "query",
    ["AT&T", "a+b", "貨物船", "co-operate", "10:30", "https://s.example/a", "Müller #3", "why?",
     "(US)", "rock'n'roll", "Who’s there", "not or and"],
)  # fmt: skip
def test_what_only_looks_like_an_operator_is_searched_for(query: str) -> None:
    assert [term.text for term in parse_words(query)] == [
        word for word in query.split() if word != "#"
    ]


def test_and_changes_nothing_because_all_words_must_match() -> None:
    assert parse_words("strike AND talks") == (Term("strike"), Term("talks"))


def test_a_quotation_mark_without_a_partner_is_pointed_at() -> None:
    with pytest.raises(QueryMistake, match="no partner") as refused:
        parse_words('harbour "strike')

    assert refused.value.position == 9


def test_punctuation_alone_finds_nothing_instead_of_everything() -> None:
    with pytest.raises(QueryMistake, match="no word"):
        parse_words("— ? …")
    assert parse_words("fire 🔥 — now") == (Term("fire"), Term("🔥"), Term("now"))


def test_an_empty_query_has_no_terms() -> None:
    assert parse_words("  ") == ()


@given(st.text(alphabet=st.characters() | st.sampled_from(QUOTES + "-!*~^: ()ANDORT"), max_size=40))
def test_any_text_has_terms_of_its_own_words_or_one_mistake_inside_it(query: str) -> None:
    squeezed = " ".join(query.split())
    try:
        assert all(term.text in squeezed for term in parse_words(query))
    except QueryMistake as mistake:
        position = mistake.position
    else:
        position = 1 if query else 0
    assert min(1, len(query)) <= position <= len(query)
