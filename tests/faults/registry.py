"""The faults by number and name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tests.faults.world import World
from tidings.errors import TidingsError

Act = Callable[[World], None]


@dataclass(frozen=True)
class Fault:
    """`act` starts services, pushes, strikes, and returns when the fault is over. `sentence` says
    what it does. `dead` says whether records are to be set aside by it."""

    number: int
    name: str
    sentence: str
    act: Act
    dead: bool

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"


FAULTS: Final[dict[int, Fault]] = {}


def fault(number: int, name: str, sentence: str, *, dead: bool = False) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        FAULTS[number] = Fault(number, name, sentence, act, dead)
        return act

    return register


def choose(wanted: Iterable[str]) -> list[Fault]:
    """By number or name, all of them where none is wanted. Raises TidingsError."""
    known = {str(one.number): one for one in FAULTS.values()}
    known |= {one.name: one for one in FAULTS.values()}
    chosen = {}
    for word in wanted:
        if word not in known:
            raise TidingsError(f"{word!r} is no fault: --list names them.")
        chosen[known[word].number] = known[word]
    return [one for _, one in sorted((chosen or FAULTS).items())]
