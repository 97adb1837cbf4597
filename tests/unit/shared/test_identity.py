import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.identity import (
    article_id,
    canonical_url,
    extractor_order,
    named_article,
    revision,
    version_order,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")

WORDS = st.text(max_size=30)
SEGMENT = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12)
PATH = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)
NAME = st.from_regex(r"x[a-z]{1,6}", fullmatch=True)
VALUE = st.text(string.ascii_letters + string.digits, max_size=8)
QUERY = st.dictionaries(NAME, VALUE, max_size=4)
TRACKING = st.sampled_from(
    ["utm_source=feed", "utm_medium=rss", "fbclid=Ab1", "gclid=x", "ref=rss"]
)


def with_query(address: str, *parts: str) -> str:
    given = [part for part in parts if part]
    return f"{address}?{'&'.join(given)}" if given else address


def query_of(pairs: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs.items())


@given(PATH, QUERY, st.lists(TRACKING, max_size=3))
def test_how_a_reader_came_makes_no_other_article(
    path: str, query: dict[str, str], tracking: list[str]
) -> None:
    plain = with_query(f"https://post.example/{path}", query_of(query))
    for address in (
        with_query(f"https://post.example/{path}", *tracking, query_of(query)),
        with_query(f"https://post.example/{path}", query_of(query), *tracking),
        with_query(f"http://www.post.example/{path}/", query_of(query)),
        with_query(f"HTTPS://POST.example:443/{path}", query_of(query)) + "#comments",
        with_query(f"http://post.example:80/{path}", query_of(dict(reversed(query.items())))),
    ):
        assert canonical_url(address) == canonical_url(plain)


@given(PATH, PATH, QUERY, QUERY)
def test_what_tells_two_articles_apart_stays(
    path: str, other_path: str, query: dict[str, str], other_query: dict[str, str]
) -> None:
    one = with_query(f"https://post.example/{path}", query_of(query))
    other = with_query(f"https://post.example/{other_path}", query_of(other_query))
    same = (path, query) == (other_path, other_query)
    assert (canonical_url(one) == canonical_url(other)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://s.example/aBc", "https://s.example/abc"),
        ("https://w.example/n.php?SerialNo=501", "https://w.example/n.php?SerialNo=502"),
        ("https://w.example/?p=1", "https://w.example/?p=2"),
        ("https://w.example/#!/story/1", "https://w.example/#!/story/2"),
        ("https://w.example/a?x=1&x=2", "https://w.example/a?x=2"),
        ("https://w.example:8443/a", "https://w.example/a"),
        ("https://m.w.example/a", "https://w.example/a"),
        ("https://w.example/" + "a" * 700, "https://w.example/" + "a" * 699 + "b"),
        ("https://w.example/" + "𝕏" * 59 + "a", "https://w.example/" + "𝕏" * 60),
    ],
)
def test_addresses_that_look_alike_are_two_articles(one: str, other: str) -> None:
    assert article_id(title="A", text="", url=one) != article_id(title="A", text="", url=other)


@given(PATH, QUERY)
def test_a_canonical_address_is_its_own_canonical_form(path: str, query: dict[str, str]) -> None:
    canonical = canonical_url(with_query(f"http://www.post.example/{path}/", query_of(query)))
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("address", ["", "post.example/a", "ftp://x.example/", "https:///a", "x"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an http or https address"):
        canonical_url(address)


@given(WORDS, WORDS, st.binary(max_size=3))
def test_with_an_address_words_do_not_matter(title: str, text: str, seed: bytes) -> None:
    url = f"https://post.example/{seed.hex()}"
    assert article_id(title=title, text=text, url=url) == article_id(title="", text="", url=url)


@given(WORDS.filter(bool), WORDS.filter(bool), st.datetimes(timezones=st.just(UTC)))
def test_without_one_outlet_title_and_day_are_the_article(
    title: str, outlet: str, moment: datetime
) -> None:
    morning = moment.replace(hour=1)
    same_day = article_id(
        title=title, text="1", outlet=outlet, published_at=morning + timedelta(hours=20)
    )
    assert article_id(title=title, text="2", outlet=outlet, published_at=morning) == same_day
    if morning.year < 9999:
        next_day = morning + timedelta(days=1)
        assert same_day != article_id(title=title, text="1", outlet=outlet, published_at=next_day)


@given(WORDS, WORDS, WORDS, WORDS)
def test_without_anything_else_the_words_are_the_article_and_always_the_revision(
    title: str, text: str, other_title: str, other_text: str
) -> None:
    same = (title, text) == (other_title, other_text)
    one, other = (
        article_id(title=title, text=text),
        article_id(title=other_title, text=other_text),
    )
    assert (one == other) is same
    assert (revision(title, text) == revision(other_title, other_text)) is same


def test_what_is_not_there_is_the_same_as_what_is_empty() -> None:
    assert revision(None, "a") == revision("", "a")
    assert article_id(title=None, text="a") == article_id(title="", text="a")


@given(st.lists(st.tuples(st.integers(0, 10**13), st.sampled_from("0123abcd")), min_size=1))
def test_the_newest_version_is_the_same_in_every_order_of_arrival(
    arrivals: list[tuple[int, str]],
) -> None:
    newest = max(arrivals, key=lambda one: version_order(*one))
    assert newest == max(reversed(arrivals), key=lambda one: version_order(*one))
    assert newest[0] == max(version for version, _ in arrivals)


def test_a_then_b_then_a_again_ends_with_a() -> None:
    a, b = revision("A", None), revision("B", None)
    first, second, third = version_order(1, a), version_order(2, b), version_order(3, a)
    assert first < second < third


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=4), st.sampled_from(["", "+a-1.9"]))
def test_extractor_versions_are_ordered_by_their_numbers_not_their_letters(
    numbers: list[int], model: str
) -> None:
    version = ".".join(map(str, numbers)) + model
    higher = ".".join(map(str, [*numbers[:-1], numbers[-1] + 1]))
    assert extractor_order(version) < extractor_order(higher)


def test_an_article_is_named_by_its_id_or_by_any_form_of_its_address() -> None:
    url = "https://gazette.example/" + "ü" * 350 + "?page=2"
    known = article_id(title="A", text="B", url=url)
    assert named_article(known) == known
    assert named_article(url + "&utm_source=mail") == known
    assert named_article(url[:-1] + "3") != known, "long addresses may differ in their last letter"
