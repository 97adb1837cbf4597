from tidings_entities.agreement import agree
from tidings_entities.spans import Found


def labels(content: str, *marked: tuple[str, str]) -> list[tuple[str, str]]:
    found, at = [], 0
    for words, label in marked:
        at = content.index(words, at)
        found.append(Found(label, at, at + len(words), words))
        at += len(words)
    agreed = agree(content, found)
    assert all(content[one.start : one.end] == one.words for one in agreed)
    return [(one.words, one.label) for one in agreed]


def test_a_surname_is_a_person_where_a_full_name_ends_with_it() -> None:
    content = "Ana Orrego spoke. Orrego left."
    assert labels(content, ("Ana Orrego", "PERSON"), ("Orrego", "ORG"))[1] == ("Orrego", "PERSON")


def test_a_place_stays_a_place_though_a_person_is_called_so() -> None:
    content = "Dan Lisbon flew to Lisbon."
    assert labels(content, ("Dan Lisbon", "PERSON"), ("Lisbon", "GPE"))[1] == ("Lisbon", "GPE")


def test_surname_and_first_name_with_a_comma_between_are_one_name() -> None:
    content = "Miriam Hale left. The list has Hale, Miriam."
    marked = [("Miriam Hale", "PERSON"), ("Hale", "GPE"), ("Miriam", "PERSON")]
    assert labels(content, *marked) == [("Miriam Hale", "PERSON"), ("Hale, Miriam", "PERSON")]


def test_two_names_with_a_comma_between_stay_two_where_nobody_is_called_so() -> None:
    content = "In Porto, Miriam sang."
    marked = [("Porto", "GPE"), ("Miriam", "PERSON")]
    assert labels(content, *marked) == marked


def test_most_mentions_of_a_name_decide_its_label() -> None:
    content = "Korvat rose. Korvat fell. KORVAT closed."
    marked = [("Korvat", "PERSON"), ("Korvat", "ORG"), ("KORVAT", "ORG")]
    assert {label for _, label in labels(content, *marked)} == {"ORG"}


def test_dates_and_peoples_are_not_outvoted() -> None:
    content = "May came in May. May left."
    marked = [("May", "PERSON"), ("May", "DATE"), ("May", "PERSON")]
    assert labels(content, *marked) == marked
