import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.language.dateline import Dateline, find_dateline


@pytest.mark.parametrize(
    ("text", "town", "region", "agency"),
    [
        ("SALEM, Ore. (AP) — Two left.", "SALEM", "Ore.", "AP"),
        ("Salem, Ore. (AP) — Two left.", "Salem", "Ore.", "AP"),
        ("KUWAIT: Two left.", "KUWAIT", "", ""),
        ("ADDIS ABABA, May 15 (Xinhua) -- Two left.", "ADDIS ABABA", "", "Xinhua"),
        ("ISLAMABAD, 2 May (IANS): Two left.", "ISLAMABAD", "", "IANS"),
        ("CAIRO – 25 July 2022: Two left.", "CAIRO", "", ""),
        ("(Reuters) - Two left.", "", "", "Reuters"),
        ("MANILA (AFP) Two left.", "MANILA", "", "AFP"),
    ],
)
def test_town_region_and_agency_stand_before_the_sentence(
    text: str, town: str, region: str, agency: str
) -> None:
    found = find_dateline(text)
    assert found is not None
    parts = [found.town, found.region, found.agency]
    assert [text[slice(*part)] if part else "" for part in parts] == [town, region, agency]
    assert text[found.end :] == "Two left."


def test_a_line_of_its_own_may_have_only_the_day() -> None:
    assert find_dateline("AL-AIN, United Arab Emirates 1996-12-06") == Dateline(
        (0, 6), (8, 28), None, 39
    )


@pytest.mark.parametrize(
    "text",
    [
        "IMF: growth slows.",
        "NATO-led forces left.",
        "JNIM, which is linked to al-Qaeda, left.",
        "Paris and its people - all of them - left.",
        "Two left (AP) in May.",
        "Sofia — my sister — left.",
        "African Union (AU) - a bloc - left.",
        "Russia — which denies it — attacked.",
        "Anna Hale (Director): it is so.",
    ],
)
def test_other_beginnings_are_no_dateline(text: str) -> None:
    assert find_dateline(text) is None


PARTS = ["SALEM", "Salem", ", Ore.", ", Kenya", " (AP)", " (x)", " May 2", " —", ":", " - ", "\n"]


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=7).map("".join))
def test_any_text_is_read(text: str) -> None:
    found = find_dateline(text)
    if found:
        assert 0 < found.end <= len(text)
        bounds = [part for part in (found.town, found.region, found.agency) if part]
        assert bounds == sorted(bounds)
        assert all(0 <= start < end <= found.end for start, end in bounds)
