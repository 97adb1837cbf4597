import pytest

from tests.unit.events.conftest import Parse
from tidings_events.actors import Memory, Phrase, read_actor
from tidings_events.lexicon import ActorLexicon, load_actor_lexicon
from tidings_events.loading import load_ontology


@pytest.fixture(scope="module")
def lexicon() -> ActorLexicon:
    return load_actor_lexicon(load_ontology().words)


def subject_of(text: str, parse: Parse, lexicon: ActorLexicon, memory: Memory) -> Phrase | None:
    subject = next(token for token in parse(text) if token.dep_ in ("nsubj", "nsubjpass"))
    return read_actor(subject, lexicon, memory)


@pytest.mark.parametrize(
    ("text", "name", "country", "sector"),
    [
        ("Venezuela's government spoke.", "Venezuela's government", "VEN", "GOV"),
        ("Belarusian police spoke.", "Belarusian police", "BLR", "COP"),
        ("The Sri Lankan army spoke.", "Sri Lankan army", "LKA", "MIL"),
        ("Russian President Vladimir Putin spoke.", "Vladimir Putin", "RUS", "GOV"),
        ("Marta Orvell, the Peruvian foreign minister, spoke.", "Marta Orvell", "PER", "GOV"),
        ("Ankara spoke.", "Ankara", "TUR", "GOV"),
        ("The Kremlin spoke.", "Kremlin", "RUS", "GOV"),
        ("Kenya spoke.", "Kenya", "KEN", None),
        ("The United Nations spoke.", "United Nations", None, "IGO"),
        ("Hamas leaders spoke.", "Hamas leaders", "PSE", "REB"),
        ("Thousands of Peruvians spoke.", "Thousands of Peruvians", "PER", "CVL"),
        ("Rebels in the Ivory Coast spoke.", "rebels", "CIV", "REB"),
        ("Police spoke.", "police", None, "COP"),
        ("The Prime Minister spoke.", "prime minister", None, "GOV"),
        ("The National Guard spoke.", "National Guard", "USA", "MIL"),
    ],
)
def test_actors_have_name_country_and_sector(
    text: str,
    name: str,
    country: str | None,
    sector: str | None,
    parse: Parse,
    lexicon: ActorLexicon,
) -> None:
    phrase = subject_of(text, parse, lexicon, {})
    assert phrase is not None
    assert phrase.is_actor
    assert (phrase.name, phrase.country, phrase.sector) == (name, country, sector)


@pytest.mark.parametrize(
    "text",
    ["The film spoke.", "Typhoon Lani spoke.", "The Versailles Treaty spoke.", "Inflation spoke."],
)
def test_things_are_no_actors(text: str, parse: Parse, lexicon: ActorLexicon) -> None:
    phrase = subject_of(text, parse, lexicon, {})
    assert phrase is None or not phrase.is_actor


def test_pronouns_are_left_open(parse: Parse, lexicon: ActorLexicon) -> None:
    assert subject_of("They spoke.", parse, lexicon, {}) is None


@pytest.mark.parametrize(
    "text", ["Friday was warm.", "1990 was warm.", "The men whose sons died spoke."]
)
def test_times_are_neither_actors_nor_targets(
    text: str, parse: Parse, lexicon: ActorLexicon
) -> None:
    doc = parse(text)
    for word in ("Friday", "1990", "sons"):
        for token in doc:
            if token.text == word:
                assert read_actor(token, lexicon, {}) is None


def test_a_first_name_makes_nobody_a_national(parse: Parse, lexicon: ActorLexicon) -> None:
    phrase = subject_of("Chad Smith spoke.", parse, lexicon, {})
    assert phrase is not None
    assert phrase.country is None


def test_names_like_a_country_get_no_code(parse: Parse, lexicon: ActorLexicon) -> None:
    phrase = subject_of("Columbia spoke.", parse, lexicon, {})
    assert phrase is not None
    assert phrase.country is None


def test_a_surname_is_who_the_article_said_before(parse: Parse, lexicon: ActorLexicon) -> None:
    full = subject_of("Peruvian President Marta Orvell spoke.", parse, lexicon, {})
    assert full is not None
    short = subject_of("Orvell spoke.", parse, lexicon, {"Orvell": full})
    assert short is not None
    assert (short.name, short.country, short.sector) == ("Marta Orvell", "PER", "GOV")
