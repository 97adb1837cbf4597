import pytest

from tidings.language.identify import check_language, identify_language
from tidings.messages import Article

FRENCH = "Le ministre des Affaires étrangères a rencontré son homologue à Genève pour la paix. "
ENGLISH = (
    "The foreign minister met his counterpart in Geneva to talk about peace in the whole region. "
)


@pytest.mark.parametrize(
    "headline",
    [
        "Steel giant Korvat Werke sees mobile gain",
        "Ladies tout harbour replacement plan",
        "Ferrante eyes return to top form",
        "Colombo, Galle",
        "Nicolás Orrego, Hernán Quispe Mamani, Andrés Villalobos Peña",
        "OK",
        "1,204.50 – 3%",
        "",
    ],
)
def test_a_headline_of_names_is_never_called_another_language(headline: str) -> None:
    assert identify_language(headline) in ("en", None)


def test_a_plain_english_sentence_is_english() -> None:
    assert identify_language("The minister said that talks would go on for a week.") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La alcaldesa de Cusco se reunió con el embajador.", "es"),
        ("Le préfet condamne l'attaque du port", "fr"),
        ("Der Minister hat gestern die Stadt besucht und mit den Bürgern gesprochen.", "de"),
        ("Президент встретился с послом в Минске", "ru"),
        ("北京发布公告", "zh"),
        ("التقى الوزير السفير في القاهرة", "ar"),
        (FRENCH * 30, "fr"),
    ],
)
def test_a_clear_text_in_another_language_is_named(text: str, language: str) -> None:
    assert identify_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH * 8 + FRENCH * 2, "en"),
        (FRENCH * 2 + ENGLISH * 8, "en"),
        (FRENCH * 8 + ENGLISH * 2, "fr"),
        ("The ministry said on Friday that 北京 would answer in a statement.", "en"),
    ],
)
def test_a_mixed_text_is_what_most_of_it_is(text: str, language: str) -> None:
    assert identify_language(text) == language


def check(
    text: str, language: str | None = None, reads: str = "en"
) -> tuple[str | None, str | None]:
    article = Article.build({"text": text, "language": language}, version=1)
    checked = check_language(article, reads=reads)
    return checked.language, checked.skipped


def test_an_article_in_another_language_is_skipped_with_the_reason() -> None:
    assert check(FRENCH * 5) == ("fr", "language: fr")


def test_what_the_producer_says_fills_the_gap_that_the_text_leaves() -> None:
    assert check("Korvat, Lomé", "fr-FR") == ("fr", "language: fr")
    assert check("Korvat, Lomé", "en-GB") == ("en", None)
    assert check("Korvat, Lomé") == (None, None)


def test_what_the_text_shows_beats_what_the_producer_says() -> None:
    assert check(ENGLISH * 5, "fr") == ("en", None)
    assert check(FRENCH * 5, "en") == ("fr", "language: fr")


def test_an_extractor_of_another_language_reads_its_own() -> None:
    assert check(FRENCH * 5, reads="fr") == ("fr", None)
