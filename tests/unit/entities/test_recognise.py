"""Better boundaries and labels than the model's, names that it has missed, one label a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_entities.recognise import Line, recognise
from tidings_entities.spans import Found, find


def recognised(text: str, *marked: tuple[str, str]) -> list[tuple[str, str]]:
    """What is recognised in a line of which the model has marked these words with these labels."""
    found, place = [], 0
    for words, label in marked:
        place = text.index(words, place)
        one = find(text, label, place, place + len(words))
        if one:
            found.append(one)
        place += len(words)
    (names,) = recognise([Line(text, found)])
    assert all(" ".join(text[one.start : one.end].split()) == one.words for one in names)
    return [(one.words, one.label) for one in names]


@pytest.mark.parametrize(
    ("text", "name", "label", "right"),
    [
        ("Then Paraguay voted.", "Paraguay", "ORG", "GPE"),
        ("A Samoan boat sank.", "Samoan", "PERSON", "NORP"),
        ("Many Muslims fast.", "Muslims", "PERSON", "NORP"),
        ("They left Texas early.", "Texas", "ORG", "GPE"),
        ("He lived in Austin.", "Austin", "PERSON", "GPE"),
        ("Austin wrote it.", "Austin", "PERSON", "PERSON"),
        ("Jordan wrote it.", "Jordan", "PERSON", "PERSON"),
        ("Doha: A ship left.", "Doha", "PERSON", "GPE"),
        ("Then Marta Orvell spoke.", "Marta Orvell", "ORG", "PERSON"),
        ("Then minister Orvell spoke.", "Orvell", "GPE", "PERSON"),
        ("Then Orvell Bank failed.", "Orvell Bank", "PERSON", "ORG"),
        ("The Ministry of Ports failed.", "Ministry of Ports", "FAC", "ORG"),
        ("The Orvell River rose.", "Orvell River", "PERSON", "LOC"),
        ("It is on Orvell Street.", "Orvell Street", "PERSON", "FAC"),
        ("Then Korvat fell.", "Korvat", "ORG", "ORG"),
        ("She enrolled at Columbia.", "Columbia", "ORG", "ORG"),
        ("Orvell, a tailor, saw it.", "Orvell", "ORG", "PERSON"),
        ("Orvell, 44, saw it.", "Orvell", "GPE", "PERSON"),
        ("The village of Korvat burned.", "Korvat", "PERSON", "GPE"),
        ("Korvat, Peru, is wet.", "Korvat", "ORG", "GPE"),
        ("The Korvat clan came.", "Korvat", "NORP", "NORP"),
        ("Korvat, the retailer, closed.", "Korvat", "PERSON", "ORG"),
        ("The sons of Orvell came.", "Orvell", "GPE", "PERSON"),
        ("Orvell, and the bank, left.", "Orvell", "PERSON", "PERSON"),
        ("They left the city. Orvell spoke.", "Orvell", "PERSON", "PERSON"),
        ("They spoke of Chad in N'Djamena.", "Chad", "PERSON", "GPE"),
        ("She returned to Orvell early.", "Orvell", "PERSON", "GPE"),
        ("The Orvell administration fell.", "Orvell", "ORG", "PERSON"),
        ("The retailer Orvell closed.", "Orvell", "PERSON", "ORG"),
        ("They reached Orvell early.", "Orvell", "ORG", "GPE"),
        ("Kyiv said so.", "Kyiv", "PERSON", "GPE"),
        ("It was written in Arabic then.", "Arabic", "GPE", "NORP"),
        ("So AE Smith bowled.", "AE Smith", "ORG", "PERSON"),
        ("KORVATAN 14 4 .778 -", "KORVATAN", "PERSON", "ORG"),
        ("Results: Orvell Korvat 3 Ruiz 1;", "Orvell Korvat", "PERSON", "ORG"),
        ("AL-KORVAT, Kenya 1996-12-06", "AL-KORVAT", "ORG", "GPE"),
        ("She told The Hindu so.", "Hindu", "GPE", "ORG"),
        ("So Houthis fired.", "Houthis", "PERSON", "ORG"),
        ("The Orvell Workers drew.", "Orvell Workers", "PERSON", "ORG"),
        ("So Orvell Korvat are out.", "Orvell Korvat", "PERSON", "ORG"),
        ("The drink company, Orvell, fell.", "Orvell", "PERSON", "ORG"),
        ("His wife, Orvell, left.", "Orvell", "GPE", "PERSON"),
        ("So Air Orvell fell.", "Air Orvell", "PERSON", "ORG"),
        ("The Orvell Group Korvat fell.", "Orvell Group Korvat", "PERSON", "ORG"),
        (
            "The Orvell Convention on Human Rights holds.",
            "Orvell Convention on Human Rights",
            "ORG",
            "LAW",
        ),
        ("It lies in hot Barranquilla now.", "Barranquilla", "PERSON", "GPE"),
        ("So Partido Orvell won.", "Partido Orvell", "PERSON", "ORG"),
        ("So KRV-TV said it.", "KRV-TV", "PERSON", "ORG"),
        ("The founder of Orvell left.", "Orvell", "GPE", "ORG"),
        ("The Copa Orvell began.", "Copa Orvell", "GPE", "EVENT"),
        ("So J Orvell bowled.", "J Orvell", "ORG", "PERSON"),
        ("The Orvell Expressway opened.", "Orvell Expressway", "ORG", "FAC"),
    ],
)
def test_tables_and_the_words_around_correct_the_label(
    text: str, name: str, label: str, right: str
) -> None:
    assert (name, right) in recognised(text, (name, label))


@pytest.mark.parametrize(
    ("text", "marked", "right"),
    [
        ("In Guinea-Bissau it rains.", [("Guinea", "GPE")], ("Guinea-Bissau", "GPE")),
        ("Then Crown Prince Ali bin Omar spoke.", [("Crown Prince Ali bin Omar", "PERSON")],
         ("Ali bin Omar", "PERSON")),
        ("It said Ana Paula Nhantumbo left.", [("Paula Nhantumbo", "PERSON")],
         ("Ana Paula Nhantumbo", "PERSON")),
        ("Then Ursula von der Leyen spoke.", [("Ursula von der", "PERSON"), ("Leyen", "ORG")],
         ("Ursula von der Leyen", "PERSON")),
        ("The Nairobi-based firm fell.", [("Nairobi-based", "PERSON")], ("Nairobi", "GPE")),
        ("Then Mayor Piet Orme left.", [("Mayor Piet Orme", "PERSON")], ("Piet Orme", "PERSON")),
        ("The Korvat Dream party won.", [("Korvat Dream party", "ORG")], ("Korvat Dream", "ORG")),
        ("The Korvat General Workers Union won.", [("Korvat General Workers Union", "ORG")],
         ("Korvat General Workers Union", "ORG")),
        ("So Korvat, Inc. left.", [("Korvat, Inc.", "ORG")], ("Korvat, Inc.", "ORG")),
        ("A cross-London line won.", [("cross-London", "GPE")], ("London", "GPE")),
        ("So Arsenal and Real Korvat lost.", [("Arsenal and Real Korvat", "ORG")],
         ("Real Korvat", "ORG")),
        ("Then Japan Frank Orvell left.", [("Japan Frank Orvell", "PERSON")],
         ("Frank Orvell", "PERSON")),
        ("It is pro-Kenyan now.", [("pro-Kenyan", "NORP")], ("Kenyan", "NORP")),
        ("So FAO Director-General Piet Orme spoke.", [("FAO Director-General Piet Orme", "PERSON")],
         ("Piet Orme", "PERSON")),
        ("The UAE Foreign Minister spoke.", [("UAE Foreign", "ORG")], ("UAE", "GPE")),
        ("So H E Piet Orme spoke.", [("H E Piet Orme", "PERSON")], ("Piet Orme", "PERSON")),
        ("It was Kenya's Orvell Railway.", [("Kenya's Orvell Railway", "LOC")],
         ("Orvell Railway", "FAC")),
        ("The Korvat National Congress KNC won.", [("Korvat National Congress KNC", "ORG")],
         ("Korvat National Congress", "ORG")),
        ("Nur Aisyah binti Ahmad Fikri left.",
         [("Nur Aisyah", "PERSON"), ("Ahmad Fikri", "PERSON")],
         ("Nur Aisyah binti Ahmad Fikri", "PERSON")),
        ("Then Piet Orme Jr. spoke.", [("Piet Orme Jr.", "PERSON")], ("Piet Orme Jr.", "PERSON")),
        ("Britons of Ghanaian descent came.", [("Britons of Ghanaian", "ORG")],
         ("Ghanaian", "NORP")),
        ("So CRICKET - ORVELLSHIRE is on.", [("CRICKET - ORVELLSHIRE", "ORG")],
         ("ORVELLSHIRE", "ORG")),
        ("The Korvat For met.", [("Korvat For", "PERSON")], ("Korvat", "PERSON")),
        ("In Łódź-based firms it is so.", [("Łódź-based", "PERSON")], ("Łódź", "GPE")),
        ("So Ana Ruiz Piet Orme left.", [("Ana Ruiz", "PERSON"), ("Piet Orme", "PERSON")],
         ("Piet Orme", "PERSON")),
    ],
)  # fmt: skip
def test_a_name_has_all_its_words_and_no_other(
    text: str, marked: list[tuple[str, str]], right: tuple[str, str]
) -> None:
    assert right in recognised(text, *marked)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Salem, Ore. (AP) — Two crews left.", [("Salem", "GPE"), ("Ore.", "GPE"), ("AP", "ORG")]),
        ("The Law Society of Korvat (LSK) sued.",
         [("Law Society of Korvat", "ORG"), ("LSK", "ORG")]),
        ("It named Boko Haram again.", [("Boko Haram", "ORG")]),
        ("The Ministry of Tea, Ports and Water Roads fell.",
         [("Ministry of Tea, Ports and Water Roads", "ORG")]),
        ("In London, The Times said so.", [("London", "GPE"), ("Times", "ORG")]),
        ("Then St Egwin's Middle School won.", [("St Egwin's Middle School", "ORG")]),
        ("Then a Commons vote failed.", [("Commons", "ORG")]),
        ("The special investigation team (SIT) left.", []),
        ("So the Kurds left.", [("Kurds", "NORP")]),
        ("So officials in British Columbia left.", [("British Columbia", "GPE")]),
        ("Nothing of that is a name.", []),
    ],
)  # fmt: skip
def test_what_the_model_has_missed_is_found_by_place_tables_and_brackets(
    text: str, names: list[tuple[str, str]]
) -> None:
    assert recognised(text) == names


def test_a_last_name_is_a_persons_where_the_full_name_stands_too() -> None:
    text = "Ana Orrego spoke. Orrego left."
    names = recognised(text, ("Ana Orrego", "PERSON"), ("Orrego", "ORG"))
    assert names[1] == ("Orrego", "PERSON")


def test_a_place_stays_a_place_though_a_person_is_called_so() -> None:
    text = "Dan Lisbon stayed in Lisbon."
    assert recognised(text, ("Dan Lisbon", "PERSON"), ("Lisbon", "GPE"))[1] == ("Lisbon", "GPE")


def test_last_and_first_name_with_a_comma_between_are_one_name() -> None:
    text = "Miriam Hale left. The list has Hale, Miriam."
    marked = [("Miriam Hale", "PERSON"), ("Hale", "GPE"), ("Miriam", "PERSON")]
    assert recognised(text, *marked) == [("Miriam Hale", "PERSON"), ("Hale, Miriam", "PERSON")]


def test_a_name_means_one_thing_and_is_found_wherever_it_stands() -> None:
    text = "Korvat rose. Korvat fell. The rest of Korvat closed."
    marked = [("Korvat", "PERSON"), ("Korvat", "ORG")]
    assert len(recognised(text, *marked)) == 3
    assert len({label for _, label in recognised(text, *marked)}) == 1


def test_what_is_listed_is_of_one_kind() -> None:
    text = "The sons of Carmen, Yexemary, Ivonne and Lina left."
    marked = [("Carmen", "GPE"), ("Ivonne", "PERSON"), ("Lina", "GPE")]
    assert {label for _, label in recognised(text, *marked)} == {"PERSON"}


def test_two_countries_with_a_hyphen_are_two_but_not_within_a_longer_name() -> None:
    found = recognised("The US-China rift and the Iran-Iraq Joint Council grew.")
    assert found[:2] == [("US", "GPE"), ("China", "GPE")]
    assert ("Iran", "GPE") not in found


def test_a_player_in_a_long_list_is_a_name_like_the_others() -> None:
    text = "Bevan, Oyedele, Korvat-Zeh (Makofo 64), Chorley, Herve 45, Tapp."
    found = recognised(text, ("Bevan", "PERSON"), ("Chorley", "PERSON"), ("Tapp", "PERSON"))
    assert [words for words, _ in found] == [
        "Bevan", "Oyedele", "Korvat-Zeh", "Makofo", "Chorley", "Herve", "Tapp",
    ]  # fmt: skip
    assert {label for _, label in found} == {"PERSON"}


def test_the_country_that_a_runner_is_of_stands_in_brackets() -> None:
    assert ("ETH", "GPE") in recognised("1. Orvell Dibaba (ETH) 31:05", ("ETH", "ORG"))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("It paid a personal video recorder (PVR) maker.", ("PVR", "ORG")),
        ("It holds 160GB in all.", ("GB", "ORG")),
        ("It cost US $2.4 million in all.", ("US", "GPE")),
        ("However, a top aide left.", ("However", "PERSON")),
        ("They are in Group C now.", ("Group C", "ORG")),
        ("It cost LE 1.29 billion in all.", ("LE 1.29 billion", "ORG")),
        ("It cost RM177mil in all.", ("RM177mil", "PERSON")),
        ("It was Jr. who left.", ("Jr.", "PERSON")),
    ],
)
def test_no_name_is_made_of(text: str, marked: tuple[str, str]) -> None:
    assert recognised(text, marked) == []


def test_letters_of_common_words_are_a_name_all_the_same_where_a_table_has_them() -> None:
    text = "The united nations (UN) met. The UN left."
    assert recognised(text, ("UN", "ORG"), ("UN", "ORG")) == [("UN", "ORG"), ("UN", "ORG")]


def test_whose_name_is_a_languages_too_is_a_person() -> None:
    found = recognised("Ersin Tatar won. Tatar said so.", ("Ersin Tatar", "PERSON"))
    assert found == [("Ersin Tatar", "PERSON"), ("Tatar", "PERSON")]


def test_what_has_a_capital_article_is_no_name_for_that() -> None:
    assert recognised("He met The President and The Contractor.") == []


def test_a_rule_says_that_it_was_the_rule() -> None:
    ((lake,),) = recognise([Line("They swam in Lake Korvat.", [])])
    assert "model" not in lake.why


def test_a_sentence_may_begin_with_letters_that_are_a_common_word_too() -> None:
    assert recognised("US police left.", ("US", "GPE")) == [("US", "GPE")]


def test_a_name_that_no_place_has_is_one_kind_of_thing_throughout() -> None:
    text = "They met at Orvellga. It has a vision for Orvellga."
    assert [label for _, label in recognised(text, ("Orvellga", "PERSON"))] == ["GPE", "GPE"]


def test_a_run_of_capitals_without_end_is_no_name_and_takes_no_time() -> None:
    (names,) = recognise([Line("Maria " + "Venda Vendb " * 300 + "Bank", [])])
    assert all(name.words.count(" ") < 12 for name in names)


def test_a_number_behind_a_name_names_nobody_elsewhere() -> None:
    text = "King Charles III came. Phase III begins."
    assert ("III", "PERSON") not in recognised(text, ("Charles III", "PERSON"))


def test_what_folds_to_nothing_is_no_name() -> None:
    assert find("\uff9e is odd.", "PERSON", 0, 1) is None


def test_dates_are_left_alone() -> None:
    assert recognised("May came in May.", ("May", "PERSON"), ("May", "DATE"))[1] == ("May", "DATE")


def test_every_name_says_why() -> None:
    text = "Then Marta Orvell, a tailor, left."
    (names,) = recognise([Line(text, [Found("ORG", 5, 17, "Marta Orvell")])])
    assert names[0].why
    assert any("tailor" in reason for reason in names[0].why)


@given(
    st.text(alphabet="Aab (),.-–’'“Öß北 \nKorvat", max_size=60),
    st.data(),
)
def test_whatever_is_marked_names_are_in_order_and_hold_their_words(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    label = data.draw(st.sampled_from(["PERSON", "ORG", "GPE", "NORP", "EVENT", "DATE"]))
    one = find(text, label, start, end)
    (names,) = recognise([Line(text, [one] if one else [])])
    ends = [name.end for name in names]
    starts = [name.start for name in names]
    assert starts == sorted(starts)
    assert all(stop <= begin for stop, begin in zip(ends, starts[1:], strict=False))
    assert all(" ".join(text[n.start : n.end].split()) == n.words for n in names)
    (again,) = recognise([Line(text, [one] if one else [])])
    assert again == names


def test_one_text_is_read_in_one_way_whatever_the_hashes_of_its_words() -> None:
    """Python orders sets of words anew in each process: here by as many last names."""
    marked = [(name, "PERSON") for name in ("Ana Ruiz", "Joe Orvell", "Robin Vend", "Tony Karsk")]
    for last in (f"T{one}{two}{three}el" for one in "aeiou" for two in "lmrn" for three in "aei"):
        listed = "Ana Ruiz and Joe Orvell, Robin Vend and Tony Karsk"
        names = [*marked, ("Liberal Democrat", "NORP"), (f"Paul {last}", "PERSON")]
        assert recognised(f"{listed} and Liberal Democrat Paul {last}, came.", *names) == names
