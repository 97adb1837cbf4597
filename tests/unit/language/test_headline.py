"""Headlines read as sentences: only the case of letters changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.language.headline import Writing, recase_dateline, recase_headline
from tidings.language.words import common_words

BODY = (
    "KORVAT, Peru (AFP) — Gunmen killed nine people near Lago Verde, police said. The Kivu Roasters"
    " chain closed. A summit of the IGAD bloc follows, said Ana Ruiz, who leads the party."
)


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("Gunmen Kill Nine Near Lago Verde", "Gunmen kill nine near Lago Verde"),
        ("GUNMEN KILL NINE NEAR LAGO VERDE", "Gunmen kill nine near Lago Verde"),
        ("Kivu Roasters Fights Off Bid", "Kivu Roasters fights off bid"),
        ("IGAD SUMMIT OPENS WITHOUT RUIZ", "IGAD summit opens without Ruiz"),
        ("Governor's Goats Held Over Party Feud", "Governor's goats held over party feud"),
        ("Kestrel Energy Pulls Out As Talks Stall", "Kestrel Energy pulls out as talks stall"),
        ("Harbour Workers Union Rejects Offer", "Harbour Workers Union rejects offer"),
        ("UN Says US Aid Fails Mali", "UN says US aid fails Mali"),
        ("A sentence with Ana Ruiz stays", "A sentence with Ana Ruiz stays"),
        ("Ana Ruiz", "Ana Ruiz"),
        ("", ""),
    ],
)
def test_a_headline_is_written_like_a_sentence(headline: str, sentence: str) -> None:
    assert recase_headline(headline, Writing(BODY)) == sentence


def test_a_paragraph_that_ends_like_a_sentence_is_none_whatever_its_capitals() -> None:
    line = "Prime Minister Grace Young met Mark Hope."
    assert recase_headline(line, Writing(line), is_title=False) == line


@pytest.mark.parametrize(
    ("paragraph", "begins"),
    [
        ("SALEM, Ore. (AP) — Two crews left.", "Salem, Ore. (AP) —"),
        ("N'DJAMENA (AFP) — Chad left.", "N'Djamena (AFP) —"),
        ("LA PAZ: Miners left.", "La Paz: Miners"),
        ("NATO said no.", "NATO said no."),
        ("NATO-led forces left.", "NATO-led"),
        ("IMF: growth slows.", "IMF:"),
        ("US: Five left.", "US:"),
        ("UAE — Five left.", "UAE"),
        ("JNIM, which is linked to al-Qaeda, left.", "JNIM,"),
        ("A man left.", "A man left."),
    ],
)
def test_a_town_in_capitals_opens_a_dispatch_in_small_letters(paragraph: str, begins: str) -> None:
    assert recase_dateline(paragraph).startswith(begins)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_written_only_the_case_of_letters_changes(line: str, text: str) -> None:
    for written in (recase_headline(line, Writing(text)), recase_dateline(line)):
        assert len(written) == len(line)
        assert written.casefold() == line.casefold()


def test_the_list_of_common_words_is_of_small_words_in_order() -> None:
    words = sorted(common_words())
    assert len(words) > 30_000
    assert all(word.isascii() and word.islower() for word in words)
    assert not {"may", "march", "turkey", "bill", "trump", "london"} & set(words)
