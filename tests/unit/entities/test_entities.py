import pytest

from tidings.messages import Entity
from tidings_entities.entities import link
from tidings_entities.governments import IN_ITS_NAME
from tidings_entities.spans import Found


def linked(*marked: tuple[str, str]) -> dict[str, Entity]:
    content, found = "", []
    for words, label in marked:
        found.append(Found(label, len(content), len(content) + len(words), " ".join(words.split())))
        content += words + " | "
    mentions, entities = link(content, found, article_id="a")
    assert [content[one.start : one.end] for one in mentions] == [words for words, _ in marked]
    ids = {entity.entity_id for entity in entities}
    assert len(ids) == len(entities)
    assert {one.entity_id for one in mentions if one.entity_id} == ids
    return {entity.entity_id: entity for entity in entities}


def test_all_names_of_a_person_are_one_entity_with_the_fullest_name() -> None:
    entities = linked(
        ("Orrego", "PERSON"), ("Nicolás Orrego", "PERSON"), ("N. Orrego", "PERSON"),
        ("Orrego, Nicolás", "PERSON"), ("NICOLAS ORREGO", "PERSON"),
    )  # fmt: skip
    (entity,) = entities.values()
    assert (entity.entity_id, entity.name) == ("person:nicolas-orrego", "Nicolás Orrego")
    assert entity.kind == "person"
    assert entity.aliases == ("Orrego", "N. Orrego", "Orrego, Nicolás", "NICOLAS ORREGO")


def test_a_name_has_one_id_with_and_without_accents_but_not_with_another_surname() -> None:
    first = linked(("Fermín Pérez Quispe", "PERSON"))
    second = linked(("Fermin Perez Quispe", "PERSON"))
    third = linked(("Fermín Pérez", "PERSON"))
    assert set(first) == set(second)
    assert set(first).isdisjoint(third)


def test_all_names_of_a_country_are_one_place_with_its_code() -> None:
    (entity,) = linked(("US", "GPE"), ("U.S.", "GPE"), ("United States", "GPE")).values()
    assert (entity.entity_id, entity.name) == ("place:USA", "United States")
    assert entity.country == "USA"
    assert entity.place is not None
    assert entity.place.lat == 38
    assert entity.aliases == ("US", "U.S.")


def test_a_known_city_has_its_country_and_a_point() -> None:
    entity = linked(("Cusco", "GPE"))["place:cusco-per"]
    assert entity.place is not None
    assert (entity.country, round(entity.place.lat or 0)) == ("PER", -14)


def test_a_place_that_no_table_has_is_kept_by_name_and_empties_nothing() -> None:
    entities = linked(("Kenya", "GPE"), ("Czechoslovakia", "GPE"), ("Cusco", "GPE"))
    assert list(entities) == ["place:KEN", "place:czechoslovakia", "place:cusco-per"]
    assert entities["place:czechoslovakia"].place is None
    assert entities["place:czechoslovakia"].country is None


def test_the_countries_of_the_article_tell_towns_of_one_name_apart() -> None:
    assert "place:salem-usa" in linked(("Salem", "GPE"), ("Ore.", "GPE"))
    assert "place:salem-ind" in linked(("Salem", "GPE"), ("Tamil Nadu", "GPE"))


def test_georgia_is_the_state_among_american_states_only() -> None:
    assert "place:GEO" in linked(("Georgia", "GPE"))
    assert "place:georgia-usa" in linked(("Georgia", "GPE"), ("Alabama", "GPE"))
    assert "place:GEO" in linked(("Georgia", "GPE"), ("Alabama", "GPE"), ("Russia", "GPE"))


def test_a_street_is_not_the_town_of_its_name() -> None:
    assert linked(("Lisbon", "FAC"))["place:lisbon"].country is None


def test_a_people_is_one_group_in_singular_and_plural_with_its_country() -> None:
    (entity,) = linked(("Belarusians", "NORP"), ("Belarusian", "NORP")).values()
    assert (entity.entity_id, entity.name) == ("group:belarusian", "Belarusian")
    assert (entity.kind, entity.country) == ("group", "BLR")


def test_initials_join_the_one_organisation_that_has_them() -> None:
    (entity,) = linked(("World Ports Organisation", "ORG"), ("WPO", "ORG")).values()
    assert entity.name == "World Ports Organisation"
    assert entity.aliases == ("WPO",)
    two = linked(("World Ports Organisation", "ORG"), ("West Peru Oil", "ORG"), ("WPO", "ORG"))
    assert "organisation:wpo" in two


def test_a_line_break_is_no_part_of_a_name() -> None:
    entity = linked(("European\nCommission", "ORG"))["organisation:european-commission"]
    assert entity.name == "European Commission"


def test_dates_and_money_are_mentions_without_an_entity() -> None:
    assert linked(("Monday", "DATE"), ("$3 million", "MONEY"), ("Ports Act", "LAW")) == {}


def test_a_name_without_a_letter_that_can_stand_in_an_id_has_no_entity() -> None:
    assert linked(("®", "ORG")) == {}


def test_every_alias_says_why_it_is_the_same() -> None:
    entities = linked(
        ("Volodymyr Zelenskiy", "PERSON"), ("Zelensky", "PERSON"), ("Miriam Hale", "PERSON"),
        ("HALE", "PERSON"), ("U.S.", "GPE"), ("Muslims", "NORP"), ("Muslim", "NORP"),
        ("Korvat Tea Union", "ORG"), ("KTU", "ORG"),
    )  # fmt: skip
    reasons = {
        name: why
        for one in entities.values()
        for name, why in zip(one.aliases, one.joined_by, strict=True)
    }
    assert reasons == {
        "Volodymyr Zelenskiy": "table leaders-2",
        "Zelensky": "spelt like the last name in the text",
        "HALE": "last name of a full name in the text",
        "U.S.": "table of countries",
        "Muslims": "one and many",
        "KTU": "its letters",
    }


def test_a_last_name_alone_is_nobody_of_another_article() -> None:
    name = [Found("PERSON", 0, 4, "Orme")]
    (here,), (there,) = (link("Orme", name, article_id=one)[1] for one in ("a", "b"))
    assert here.name == there.name == "Orme"
    assert here.entity_id.startswith("person:orme~")
    assert here.entity_id != there.entity_id
    assert link("Orme", name, article_id="a")[1] == (here,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Kyiv accused it.", "Ukraine"),
        ("Kyiv, has long denied it.", "Ukraine"),
        ("The talks between Paris and Kyiv failed.", "Ukraine"),
        ("It warned Kyiv.", "Ukraine"),
        ("Moscow hit back after Kyiv vowed revenge.", "Ukraine"),
        ("Kyiv is considering a truce.", "Kyiv"),
        ("Kyiv is accusing it.", "Ukraine"),
        ("Kyiv has not commented.", "Ukraine"),
        ("It asked Kyiv for help.", "Ukraine"),
        ("Vienna and Kyiv are to exchange gifts.", "Ukraine"),
        ("Traders from Vienna and Kyiv said so.", "Kyiv"),
        ("Shells hit Kyiv on Monday.", "Kyiv"),
        ("Police in Kyiv said so.", "Kyiv"),
        ("The mayor of Kyiv said so.", "Kyiv"),
        ("Hospitals around Kyiv said so.", "Kyiv"),
        ("The train between Minsk and Kyiv stopped.", "Kyiv"),
        ("The Kyiv agreement held.", "Kyiv"),
        ("Kyiv was told to close its schools.", "Kyiv"),
    ],
)
def test_a_capital_stands_for_its_government_where_it_acts(text: str, meant: str) -> None:
    start = text.index("Kyiv")
    ((mention,), (entity,)) = link(text, [Found("GPE", start, start + 4, "Kyiv")], article_id="a")
    assert entity.name == meant
    assert entity.country == "UKR"
    assert (mention.why[-1] == IN_ITS_NAME) == (meant == "Ukraine")


def test_a_name_may_have_lost_its_article() -> None:
    assert set(linked(("Hague", "GPE"))) == {"place:the-hague-nld"}
    text, start = "He told The Hindu so.", 12
    (paper,) = link(text, [Found("ORG", start, start + 5, "Hindu")], article_id="a")[1]
    assert paper.entity_id == "organisation:the-hindu"
    assert set(linked(("Telegraph", "ORG"))) == {"organisation:telegraph"}


def test_a_town_is_known_without_city_and_a_state_by_the_country_of_the_article() -> None:
    assert set(linked(("New York", "GPE"))) == {"place:new-york-city-usa"}
    assert "place:victoria-aus" in linked(("Victoria", "GPE"), ("Australia", "GPE"))


def test_several_of_a_people_are_its_people() -> None:
    assert set(linked(("Tories", "NORP"), ("Tory", "NORP"))) == {"group:tory"}
