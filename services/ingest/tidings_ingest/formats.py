"""Files to the fields of articles: text, JSON, JSON Lines. What cannot be read is refused with its
place and reason, and the rest goes on: nothing is dropped without a word."""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO, Final

from tidings.errors import InvalidMessage
from tidings.wire import parse_object
from tidings_ingest.lines import LONGEST_LINE, UTF16, Line, decode, read_lines, too_long

LONGEST_LIST: Final = 256 * 1024 * 1024
"""Bytes of a JSON list, which is read whole; JSON Lines may be of any length."""

_SPACE: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True)
class Candidate:
    """Fields as they were given, not checked yet; `origin` is a place that a person can find."""

    origin: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    origin: str
    reason: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.reason}"


Item = Candidate | Refusal


def read_either(stream: io.BufferedReader, name: str) -> Iterator[Item]:
    """Reads JSON where the first character opens an object or a list, else text."""
    start = stream.peek(1024)[:1024].removeprefix(codecs.BOM_UTF8)
    if start.startswith(UTF16):
        start = start[2:].replace(b"\0", b"")
    is_json = start.lstrip()[:1] in (b"{", b"[")
    return (read_json if is_json else read_text)(stream, name)


def read_text(stream: BinaryIO, name: str) -> Iterator[Item]:
    """One article: its first line is the title, what follows the blank lines is the text."""
    data = stream.read(LONGEST_LINE + 1)
    if len(data) > LONGEST_LINE:
        yield Refusal(name, too_long(LONGEST_LINE))
        return
    try:
        words = decode(data)
    except ValueError as error:
        yield Refusal(name, str(error))
        return
    if "\0" in words:
        yield Refusal(name, f"not a text: a zero byte at character {words.index(chr(0)) + 1}")
        return
    lines = words.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    title, _, text = lines.partition("\n")
    yield Candidate(name, {"title": title.strip(), "text": text.strip("\n").rstrip()})


def read_json(stream: BinaryIO, name: str) -> Iterator[Item]:
    """One article an object: JSON Lines, objects over several lines or several on one, or a list.

    A broken object is refused and the next one read; a list is refused from where it is broken.
    """
    lines = read_lines(stream)
    for line in lines:
        if line.content or line.fault:
            read = _read_list if line.content.startswith(b"[") else _read_objects
            yield from read(chain([line], lines), name)


@dataclass
class _OpenObject:
    """An object whose end is yet to come, on a later line."""

    number: int
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, line: Line) -> None:
        self.size += len(line.content)
        if self.size <= LONGEST_LINE:
            self.parts.append(line.content)

    def read(self, name: str) -> Iterator[Item]:
        origin = f"{name}, line {self.number}"
        if self.size > LONGEST_LINE:
            return iter([Refusal(origin, too_long(LONGEST_LINE))])
        return _read_object(b"\n".join(self.parts), origin)


def _read_objects(lines: Iterator[Line], name: str) -> Iterator[Item]:
    opened: _OpenObject | None = None
    for line in lines:
        # An object at the margin begins anew: the one before it was cut off.
        begins = line.at_margin and line.content.startswith(b"{")
        if opened and not begins and not line.fault:
            opened.add(line)
            if line.at_margin and line.content.startswith(b"}"):
                yield from opened.read(name)
                opened = None
            continue
        if opened:
            yield from opened.read(name)
            opened = None
        if line.fault:
            yield Refusal(f"{name}, line {line.number}", line.fault)
        elif _is_open(line.content):
            opened = _OpenObject(line.number)
            opened.add(line)
        elif line.content:
            yield from _read_object(line.content, f"{name}, line {line.number}")
    if opened:
        yield from opened.read(name)


def _is_open(content: bytes) -> bool:
    """Whether an object goes on after the line's end. One that ends within a string does not: JSON
    has no line ends in strings, so it was cut off."""
    if not content.startswith(b"{"):
        return False
    try:
        text = content.decode("utf-8")
        _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) and not error.msg.startswith("Unterminated")
    except (UnicodeDecodeError, RecursionError):
        return False
    return False


def _read_object(content: bytes, origin: str) -> Iterator[Item]:
    whole = _parse(content, origin)
    if isinstance(whole, Refusal):
        several = list(_split(content))
        if len(several) > 1:
            for number, text in enumerate(several, 1):
                yield _parse(text, f"{origin}, object {number}")
            return
    yield whole


def _parse(data: bytes | str, origin: str) -> Item:
    try:
        return Candidate(origin, parse_object(data))
    except InvalidMessage as error:
        return Refusal(origin, str(error))


def _split(content: bytes) -> Iterator[str]:
    """The objects that stand one after the other; from a broken one on, the rest is one piece."""
    text = content.decode("utf-8", errors="replace")
    at = 0
    while (at := _skip_space(text, at)) < len(text):
        end = _end_of_value(text, at) or len(text)
        yield text[at:end]
        at = end


def _read_list(lines: Iterator[Line], name: str) -> Iterator[Item]:
    parts, size, first_number = [], 0, 0
    for line in lines:
        size += len(line.content)
        if size > LONGEST_LIST or line.fault:
            reason = line.fault or too_long(LONGEST_LIST)
            yield Refusal(f"{name}, line {line.number}", f"{reason}; write one object a line")
            return
        parts.append(line.content)
        first_number = first_number or line.number
    try:
        text = b"\n".join(parts).decode("utf-8")
    except UnicodeDecodeError as error:
        yield Refusal(name, f"not UTF-8 at byte {error.start} of the list")
        return
    yield from _read_items(text, name, first_number)


def _read_items(text: str, name: str, line_number: int) -> Iterator[Item]:
    at = _skip_space(text, 1)
    number, counted, closed = 0, 0, text.startswith("]", at)
    while not closed:
        number += 1
        line_number += text.count("\n", counted, at)
        counted = at
        origin = f"{name}, item {number} (line {line_number})"
        end = _end_of_value(text, at)
        if end is None:
            reason = _parse(text[at:], origin)
            why = reason.reason if isinstance(reason, Refusal) else "no JSON"
            yield Refusal(origin, f"{why}; the list was not read any further")
            return
        yield _parse(text[at:end], origin)
        at = _skip_space(text, end)
        closed = text.startswith("]", at)
        if not closed and not text.startswith(",", at):
            yield Refusal(origin, "neither , nor ] follows; the list was not read any further")
            return
        at = at if closed else _skip_space(text, at + 1)
    if text[at + 1 :].strip():
        yield Refusal(name, "something follows the list: write one object a line, or one list")


def _end_of_value(text: str, at: int) -> int | None:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (json.JSONDecodeError, RecursionError):
        return None


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
