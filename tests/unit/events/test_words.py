"""Lists of words, whole and inside phrases."""

import pytest

from tidings_events.words import WordLists

LISTS = WordLists({"posts": ("minister", "judge"), "leave": ("quit", "@go"), "go": ("step down",)},
                  {}, {})  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("@leave", ["quit", "step down"]),
        ("resign as @posts", ["resign as minister", "resign as judge"]),
        ("@leave as @posts", ["quit as minister", "quit as judge", "step down as minister",
                              "step down as judge"]),
        ("resign", ["resign"]),
    ],
)  # fmt: skip
def test_a_phrase_with_a_list_is_one_for_each_of_its_words(entry: str, found: list[str]) -> None:
    assert LISTS.flatten([entry]) == found


def test_inflected_nouns_stand_in_both_numbers_and_lists_of_verbs_stay() -> None:
    assert LISTS.flatten(["sit as @posts"], inflected=True) == [
        "sit as minister", "sit as ministers", "sit as judge", "sit as judges",
    ]  # fmt: skip
    assert LISTS.flatten(["@leave"], inflected=True) == ["quit", "step down"]


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no list '@crowns'"):
        LISTS.flatten(["lose @crowns"])
