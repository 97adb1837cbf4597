import pytest
import spacy
from spacy.language import Language

from tidings.heartbeat import heard_by
from tidings.identity import extractor_order
from tidings.language.model import load_model, name_of, packaged
from tidings.messages import Article, ArticleEntities
from tidings_entities.extract import EXTRACTOR_VERSION, extract_entities, model_version


@pytest.fixture(scope="module")
def marker() -> Language:
    """Marks a few names, as a model would; everything else is spaCy's own machinery."""
    nlp = spacy.blank("en")
    names = {
        "Marta Orvell": "PERSON",
        "Orvell": "ORG",
        "European Commission": "ORG",
        "Porto": "GPE",
    }
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in names.items()])
    nlp.meta.update(name="marker", version="1.0.0")
    return nlp


@pytest.fixture(scope="module")
def model() -> Language:
    return load_model("en_core_web_sm", keep=["ner"])


def article(text: str, title: str | None = None, **fields: str) -> Article:
    return Article.build({"text": text, "title": title, **fields}, version=1)


def names(result: ArticleEntities) -> dict[str, int]:
    """Of each entity, how many mentions."""
    ids = [mention.entity_id for mention in result.mentions]
    return {entity.entity_id: ids.count(entity.entity_id) for entity in result.entities}


def test_offsets_are_those_of_title_and_text_together(marker: Language) -> None:
    one = article("The talks moved to\n Porto, said Marta\nOrvell.", title="Orvell in Porto")
    (result,) = extract_entities([one], marker)
    assert [mention.text for mention in result.mentions] == [
        "Orvell", "Porto", "Porto", "Marta\nOrvell",
    ]  # fmt: skip
    assert all(one.content[m.start : m.end] == m.text for m in result.mentions)
    assert names(result) == {"person:marta-orvell": 2, "place:porto-prt": 2}


def test_nothing_is_found_across_a_blank_line(marker: Language) -> None:
    (result,) = extract_entities([article("They met the European\n\nCommission.")], marker)
    assert [mention.text for mention in result.mentions] == ["European"]


def test_each_article_of_a_batch_gets_its_own_result_in_order(marker: Language) -> None:
    batch = [article("He likes Porto."), article("Nothing."), article("It was Marta Orvell's.")]
    results = extract_entities(batch, marker)
    assert [result.article_id for result in results] == [one.article_id for one in batch]
    assert [list(names(result)) for result in results] == [
        ["place:porto-prt"], [], ["person:marta-orvell"],
    ]  # fmt: skip
    assert [list(names(extract_entities([one], marker)[0])) for one in batch] == [
        list(names(result)) for result in results
    ]


def test_no_articles_give_no_results(marker: Language) -> None:
    assert extract_entities([], marker) == []


def test_an_article_in_another_language_is_empty_and_says_why(marker: Language) -> None:
    french = article(
        "Le ministre a rencontré hier à Porto le préfet de la région et ses conseillers."
    )
    skipped, read = extract_entities([french, article("He likes Porto.")], marker)
    assert (skipped.language, skipped.skipped) == ("fr", "language: fr")
    assert (skipped.mentions, skipped.entities, skipped.seconds) == ((), (), 0.0)
    assert read.skipped is None
    assert list(names(read)) == ["place:porto-prt"]


def test_a_result_names_the_version_of_rules_and_model(marker: Language) -> None:
    (result,) = extract_entities([article("Porto.")], marker)
    assert result.model_version == model_version(marker) == f"{EXTRACTOR_VERSION}+en_marker-1.0.0"
    assert extractor_order(result.model_version) == extractor_order(EXTRACTOR_VERSION)


def test_the_model_is_named_as_it_is_asked_for_whatever_its_wheel(model: Language) -> None:
    assert name_of(model) == packaged("en_core_web_sm") == "en_core_web_sm-3.8.0"
    assert model_version(model) == f"{EXTRACTOR_VERSION}+en_core_web_sm-3.8.0"


def test_one_person_is_counted_once_however_the_article_calls_her(model: Language) -> None:
    text = (
        "Helena Brandt resigned from the ministry on Monday. Ms Brandt had led it since 2019. "
        "Brandt's deputy, Oskar Lindqvist, takes over. A list gives her name as Brandt, Helena."
    )
    (result,) = extract_entities([article(text)], model)
    assert names(result) == {"person:helena-brandt": 4, "person:oskar-lindqvist": 1}


def test_lines_of_a_column_do_not_tear_names(model: Language) -> None:
    text = (
        "The talks moved to Vienna.\n\nSofia\nLindqvist will speak for the World\nBank."
        "\n\n   \nIn Peru too."
    )
    (result,) = extract_entities([article(text)], model)
    assert [entity.name for entity in result.entities] == [
        "Vienna", "Sofia Lindqvist", "World Bank", "Peru",
    ]  # fmt: skip


def test_names_that_resemble_countries_get_no_code(model: Language) -> None:
    text = "He studied at Columbia in Chicago and moved to Austin. His sister lives in Albany."
    (result,) = extract_entities([article(text)], model)
    countries = {entity.country for entity in result.entities}
    assert countries <= {"USA", None}
    assert {"COL", "AUT", "ALB"}.isdisjoint(countries)


def test_a_long_article_gives_a_sign_of_life_with_each_paragraph(marker: Language) -> None:
    beats: list[None] = []
    with heard_by(lambda: beats.append(None)):
        extract_entities([article("They met in Porto.\n\n" * 50)], marker)
    assert len(beats) >= 2 * 50, "once where it is parsed, once where its names are weighed"
