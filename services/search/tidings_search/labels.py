"""How values, days and numbers read on the pages. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from tidings.language.spelling import fold
from tidings.messages import Place
from tidings.plover import SECTORS
from tidings_search.countries import country_name
from tidings_search.dates import day

MODALITIES: Final[Mapping[str, str]] = {
    "asserted": "it is told as a fact",
    "planned": "it is announced or intended",
    "threatened": "it is threatened",
    "demanded": "it is asked for",
    "denied": "somebody says that it is not so",
    "negated": "it is said not to have happened",
    "hypothetical": "it would happen if, or may happen",
    "historical": "it lies long back, and is told as background",
}
"""What each says of an event."""

_LANGUAGES: Final = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""By the first part of their BCP 47 tag."""

_TONES: Final = 3
_TONES_A_UNIT: Final = 0.36
_WEIGHTS: Final = 4
_WHOLE_DAY: Final = len("2026-03-12")


def label_of(field: str, value: str) -> str:
    """What people call a value of a filter."""
    match field:
        case "event_type":
            event_type, _, mode = value.partition("/")
            return f"{event_type.lower()} ({mode})" if mode else event_type.lower()
        case "sector":
            return SECTORS.get(value, value)
        case "context":
            return value.replace("_", " ")
        case "language":
            tag, _, region = value.partition("-")
            name = _LANGUAGES.get(tag.lower(), value)
            return f"{name} ({region})" if region and name != value else name
        case "source" | "target":
            return SECTORS.get(value) or country_name(value) or value
        case "countries" | "event_country" | "place_country" | "source_country" | "target_country":
            return country_name(value) or value
        case _:
            return value


def languages_called(letters: str) -> list[str]:
    """The first parts of the tags of languages of whose name these letters are a part."""
    wanted = fold(letters)
    return [tag for tag, name in _LANGUAGES.items() if wanted in fold(name)]


def day_named(value: str) -> str:
    """12 March 2026; what is no whole day, as a month or year, stays as it is."""
    try:
        return day(value) if len(value) >= _WHOLE_DAY else value
    except ValueError:
        return value


def signed(number: float) -> str:
    """+2.5, −3.0 or 0.0."""
    return f"{number:+.1f}".replace("-", "−") if round(number, 1) else "0.0"


def tone_of(intensity: float) -> int:
    """From -3 for conflict to 3 for cooperation."""
    return max(-_TONES, min(_TONES, round(intensity * _TONES_A_UNIT)))


def weight_of(count: int, highest: int) -> int:
    """From 1 to 4, by the share of the highest count."""
    return max(1, min(_WEIGHTS, -(-count * _WEIGHTS // max(highest, 1))))


def coordinates(place: Place | Mapping[str, Any]) -> str | None:
    """50.45° N, 30.52° E."""
    if not isinstance(place, Place):
        place = Place(name=place["name"], lat=place.get("lat"), lon=place.get("lon"))
    if place.lat is None or place.lon is None:
        return None
    north, east = "N" if place.lat >= 0 else "S", "E" if place.lon >= 0 else "W"
    return f"{abs(place.lat):.2f}° {north}, {abs(place.lon):.2f}° {east}"
