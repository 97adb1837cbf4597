from tidings_entities.people import Name, person_key, same_people


def meant(*names: str) -> dict[str, str]:
    keys = {name: person_key(name) for name in names}
    same = same_people(keys.values())
    return {name: " ".join(same[key]) for name, key in keys.items()}


def test_a_key_compares_names_without_order_and_dress() -> None:
    assert person_key("Hale, Miriam") == person_key("MIRIAM HALE") == ("miriam", "hale")
    assert person_key("Piet Orme Jr.") == person_key("Piet Orme, Jr") == ("piet", "orme", "jr")
    assert person_key("José Quiñones") == person_key("Jose Quinones")
    assert person_key("J.R. Orme") == ("j", "r", "orme")
    assert person_key("Sr") == ("sr",)


def test_a_surname_an_initial_and_a_first_name_stand_for_the_full_name() -> None:
    full = "miriam hale"
    assert set(meant("Miriam Hale", "Hale", "M. Hale", "Miriam", "Hale, Miriam").values()) == {full}


def test_a_surname_of_several_words_and_a_middle_one_are_known() -> None:
    assert meant("Ute von Arnhem", "von Arnhem")["von Arnhem"] == "ute von arnhem"
    assert meant("Ana Ruiz Orrego", "Ruiz")["Ruiz"] == "ana ruiz orrego"
    assert meant("Ana Ruiz Orrego", "Ana Ruiz")["Ana Ruiz"] == "ana ruiz orrego"
    assert meant("John F. Orme", "John Orme")["John Orme"] == "john f orme"


def test_a_surname_that_two_people_share_is_nobodys() -> None:
    assert meant("Miriam Hale", "Tom Hale", "Hale")["Hale"] == "hale"
    assert meant("Miriam Hale", "Mark Hale", "M. Hale")["M. Hale"] == "m hale"


def test_people_with_one_first_name_or_one_surname_stay_two() -> None:
    assert len(set(meant("Miriam Hale", "Miriam Orme").values())) == 2
    assert len(set(meant("Miriam Hale", "Tom Hale").values())) == 2


def test_the_order_of_appearance_changes_nothing() -> None:
    names: list[Name] = [("hale",), ("miriam", "hale"), ("m", "hale"), ("piet", "orme"), ("orme",)]
    assert same_people(names) == same_people(reversed(names))


def test_spellings_of_one_last_name_are_one_but_a_womans_is_another() -> None:
    same = meant("Volodymyr Zelenskyy", "Zelensky", "Zelenskiy", "Zelenska")
    assert same["Zelensky"] == same["Zelenskiy"] == "volodymyr zelenskyy"
    assert same["Zelenska"] == "zelenska"


def test_a_last_name_may_come_first() -> None:
    assert meant("Li Ka-shing", "Wong Man Li", "Li")["Li"] == "li"


def test_father_and_son_are_two() -> None:
    same = meant("Piet Orme Jr.", "Piet Orme", "Orme")
    assert same["Piet Orme Jr."] == "piet orme jr"
    assert same["Piet Orme"] == "piet orme"
    assert same["Orme"] == "orme"
    assert meant("Piet Orme Jr.", "Orme")["Orme"] == "piet orme jr"


def test_a_fathers_name_is_nobodys_last_name() -> None:
    assert meant("Ahmad Fikri bin Othman", "Othman")["Othman"] == "othman"
    assert meant("Ahmad Fikri bin Othman", "Fikri")["Fikri"] == "ahmad fikri bin othman"
    both = meant("Nur Aisyah binti Ahmad Fikri", "Ahmad Fikri bin Othman", "Fikri")
    assert both["Fikri"] == "ahmad fikri bin othman"
