from tidings.language.spelling import fold, slug


def test_names_are_compared_without_case_accents_and_typographic_dress() -> None:
    assert fold("Nicolás  ORREGO") == fold("Nicolas Orrego")
    assert fold("Côte d’Ivoire") == fold("Cote d'Ivoire")
    assert fold("Łódź") == "lodz"
    assert fold("Orrego") != fold("Orego")


def test_a_slug_is_readable_in_any_script() -> None:
    assert slug("European\nCommission") == "european-commission"
    assert slug("O’Brien & Sons, Ltd.") == "obrien-sons-ltd"
    assert slug("Лукашенко") == "лукашенко"
    assert slug("…") == ""
