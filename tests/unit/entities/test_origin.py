"""Where somebody is of, and whom a table means: only what the text says."""

import pytest

from tests.factories import an_article
from tidings.language.reading import read
from tidings.language.segments import segments
from tidings.messages import Entity
from tidings_entities.entities import link
from tidings_entities.recognise import Line, recognise
from tidings_entities.spans import Found, find


def entities(text: str, *marked: tuple[str, str]) -> dict[str, Entity]:
    """By name, what is found in a text of which the model marks these words."""
    found: list[Found] = []
    for words, label in marked:
        start = text.index(words)
        one = find(text, label, start, start + len(words))
        assert one
        found.append(one)
    (names,) = recognise([Line(text, found)])
    return {entity.name: entity for entity in link(text, names, article_id="a")[1]}


@pytest.mark.parametrize(
    ("text", "marked", "country"),
    [
        ("The Ukrainian foreign minister, Piet Orme, left.", "PERSON", "UKR"),
        ("Then Ukrainian President Piet Orme left.", "PERSON", "UKR"),
        ("Then Piet Orme, the Ukrainian poet, left.", "PERSON", "UKR"),
        ("Then the Frenchman Piet Orme left.", "PERSON", "FRA"),
        ("Then Kenya's Piet Orme left.", "PERSON", "KEN"),
        ("Then his Spanish counterpart, Piet Orme, left.", "PERSON", "ESP"),
        ("Then Piet Orme, treasurer of Kenya's union, left.", "PERSON", "KEN"),
        ("Then FBI director Piet Orme left.", "PERSON", "USA"),
        ("He left Kenya. Piet Orme stayed.", "PERSON", None),
        ("Russian troops killed mayor Piet Orme.", "PERSON", None),
        ("Then Piet Orme, an expert on Russian politics, left.", "PERSON", None),
        ("Then Piet Orme left Ukraine.", "PERSON", None),
    ],
)
def test_somebody_is_of_the_country_that_the_text_says(
    text: str, marked: str, country: str | None
) -> None:
    assert entities(text, ("Piet Orme", marked))["Piet Orme"].country == country


@pytest.mark.parametrize(
    ("text", "words", "name", "country"),
    [
        ("The FBI arrested a Kenyan man.", "FBI", "Federal Bureau of Investigation", "USA"),
        ("The Law Society of Kenya sued.", "Law Society of Kenya", "Law Society of Kenya", "KEN"),
        ("The UN met in Kenya.", "UN", "United Nations", None),
    ],
)
def test_an_organisation_is_the_tables_one_or_of_the_country_in_its_name(
    text: str, words: str, name: str, country: str | None
) -> None:
    assert entities(text, (words, "ORG"))[name].country == country


def test_a_court_of_which_many_countries_have_one_is_not_taken_for_anothers() -> None:
    found = entities("Cuba's Supreme People's Court ruled.", ("Supreme People's Court", "ORG"))
    (court,) = (one for one in found.values() if one.kind == "organisation")
    assert (court.country, court.entity_id) == ("CUB", "organisation:supreme-peoples-court-cub")


def test_a_body_that_is_called_like_many_is_that_of_its_article() -> None:
    (court,) = entities("The Supreme Court ruled.", ("Supreme Court", "ORG")).values()
    assert court.entity_id.startswith("organisation:supreme-court~")


def test_a_short_form_is_the_long_forms_organisation() -> None:
    text = "The Kivu Traders Forum\n(XLA) met. The XLA left."
    found = entities(text, ("Kivu Traders Forum", "ORG"), ("XLA", "ORG"))
    assert found["Kivu Traders Forum"].aliases == ("XLA",)


def test_one_letter_more_in_a_long_last_name_is_the_same_person() -> None:
    text = "Olena Zalensky left. Zalenskyy returned."
    found = entities(text, ("Olena Zalensky", "PERSON"), ("Zalenskyy", "PERSON"))
    assert list(found) == ["Olena Zalensky"]


def test_text_that_was_cut_into_tokens_is_read_without_their_spaces() -> None:
    article = an_article(None, "Orme ’ s deputy , Piet Hale - Ruiz , left ( again ) .")
    (line,) = map(read, segments(article))
    assert line.text == "Orme’s deputy, Piet Hale-Ruiz, left (again)."
    assert [article.content[slice(*line.span(n, n + 1))] for n in (0, 4, 5)] == ["O", "’", "s"]
