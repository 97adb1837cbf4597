import pytest

from tidings_events.relevance import is_leisure


@pytest.mark.parametrize(
    "text",
    [
        "The striker attacked the near post and Senegal's goalkeeper surrendered the lead.",
        "Holders Wales meet England in the final match of the season at the stadium.",
        "The singer will tour with her band after the album.",
    ],
)
def test_sport_and_show_business_are_leisure(text: str) -> None:
    assert is_leisure(text)


@pytest.mark.parametrize(
    "text",
    [
        "Troops attacked the village and seized a bridge.",
        "The minister met the team of inspectors in Lima.",
        "Police arrested a film director over a protest outside parliament.",
        "",
    ],
)
def test_public_life_is_not(text: str) -> None:
    assert not is_leisure(text)
