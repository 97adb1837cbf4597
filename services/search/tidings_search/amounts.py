"""Figures as people read them. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

_LONG: Final = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s"))


def in_words(value: float, unit: str) -> str:
    """The value in Grafana's `unit`: "1.2 s", "4 min 10 s", "12.5 a second", "41 %", "1,204"."""
    return _WORDS.get(unit, _plain)(value)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _seconds(value: float) -> str:
    if value < 60:
        return f"{value:.2f} s" if 0 < value < 10 else f"{value:.0f} s"
    unit, name, smaller, small_name = next(one for one in _LONG if value >= one[0])
    return f"{value // unit:.0f} {name} {value % unit // smaller:.0f} {small_name}"


def _rate(value: float) -> str:
    return f"{value:,.0f} a second" if value >= 100 else f"{value:.1f} a second"


def _share(value: float) -> str:
    return f"{value:.1%}".replace("%", " %") if value < 0.1 else f"{value:.0%}".replace("%", " %")


_WORDS: Final[Mapping[str, Callable[[float], str]]] = {
    "s": _seconds, "cps": _rate, "percentunit": _share,
}  # fmt: skip
