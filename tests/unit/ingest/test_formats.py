import io
import json

import pytest

from tidings_ingest import formats
from tidings_ingest.formats import Candidate, Item, Refusal, read_either, read_json, read_text
from tidings_ingest.lines import read_lines


def items_of(data: bytes) -> list[Item]:
    return list(read_json(io.BytesIO(data), "F"))


def titles(items: list[Item]) -> list[str]:
    return [item.fields["title"] for item in items if isinstance(item, Candidate)]


def refusals(items: list[Item]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Refusal)]


TWO = [{"title": "A"}, {"title": "B"}]


@pytest.mark.parametrize(
    "data",
    [
        '{"title":"A"}{"title":"B"}',
        '{"title":"A"}\n{"title":"B"}',
        '{"title":"A"}\r\n\r\n{"title":"B"}\r\n',
        '{"title":"A"}\r{"title":"B"}\r',
        json.dumps(TWO),
        json.dumps(TWO, indent=2),
        "\n\n" + json.dumps(TWO, indent=2) + "\n",
        '[{"title":"A"},\n{"title":"B"}]',
        "\n".join(json.dumps(one, indent=4) for one in TWO),
        '{"title": "A",\n "text": "x"}\n{"title":"B"}',
        '\ufeff{"title":"A"}\n{"title":"B"}',
    ],
)
def test_two_articles_are_two_articles_however_they_are_written(data: str) -> None:
    items = items_of(data.encode())
    assert (titles(items), refusals(items)) == (["A", "B"], [])


def test_a_cut_off_line_is_refused_with_its_place_and_the_others_go_on() -> None:
    data = (
        b'\xef\xbb\xbf{"title":"1"}\r\n{"title":"2"}\r\n\r\n{"title":"3","text":"on the Or\r\n'
        b'{"title":"4"}\r\n{"title":"5"}'
    )
    items = items_of(data)
    assert titles(items) == ["1", "2", "4", "5"]
    assert refusals(items) == ["F, line 4: ends inside a string (character 21)"]


def test_a_line_cut_between_fields_is_refused_and_the_next_one_read() -> None:
    items = items_of(b'{"title":"A",\n{"title":"B"}\n{"title":\n{"title":"C"}\n')
    assert titles(items) == ["B", "C"]
    assert [refusal.partition(":")[0] for refusal in refusals(items)] == ["F, line 1", "F, line 3"]


def test_a_broken_second_object_on_a_line_is_refused_by_its_number() -> None:
    items = items_of(b'{"title":"A"}{"title":"B')
    assert titles(items) == ["A"]
    assert refusals(items) == ["F, line 1, object 2: ends inside a string (character 10)"]


def test_bytes_that_are_no_utf8_refuse_their_line_only() -> None:
    items = items_of(b'{"title":"\xe9"}\n{"title":"B"}')
    assert titles(items) == ["B"]
    assert refusals(items) == ["F, line 1: not UTF-8 at byte 10"]


@pytest.mark.parametrize("data", [b"5", b'"x"', b"null", b"x", b'{"title":"A","title":"B"}'])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    items = items_of(data)
    assert titles(items) == []
    assert len(refusals(items)) == 1


@pytest.mark.parametrize(
    "data",
    [
        b'[{"title":"A"},{"title":"B"',
        b'[{"title":"A"} 7]',
        b'[{"title":"A"},]',
        b'[{"title":"A"}',
    ],
)
def test_a_broken_list_keeps_what_came_before_and_says_that_it_ends_there(data: bytes) -> None:
    items = items_of(data)
    assert titles(items) == ["A"]
    assert len(refusals(items)) == 1
    assert "was not read any further" in refusals(items)[0]


def test_what_follows_a_list_is_not_dropped_without_a_word() -> None:
    assert "something follows the list" in refusals(items_of(b'[{"title":"A"}]\n{"title":"B"}'))[0]


def test_an_item_of_a_list_that_is_no_object_is_refused_alone() -> None:
    items = items_of(b'[{"title":"A"}, 7, {"title":"B"}]')
    assert titles(items) == ["A", "B"]
    assert refusals(items) == ["F, item 2 (line 1): a JSON object is needed, this is a number"]


@pytest.mark.parametrize("data", [b"", b"\n \n", b"[]", b"[ ]\n"])
def test_nothing_in_is_nothing_out(data: bytes) -> None:
    assert items_of(data) == []


def test_utf16_with_its_mark_is_read_and_its_line_separators_are_no_line_ends() -> None:
    items = items_of('{"title":"é"}\r\n{"title":"\u2028ü"}'.encode("utf-16"))
    assert (titles(items), refusals(items)) == (["é", "\u2028ü"], [])


def test_utf16_that_is_cut_within_a_character_is_refused() -> None:
    items = items_of('{"title":"A"}\n'.encode("utf-16") + b"\n")
    assert titles(items) == ["A"]
    assert refusals(items) == ["F, line 2: not UTF-16 (truncated data)"]


def test_a_line_longer_than_the_limit_is_refused_and_the_next_one_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tidings_ingest.lines.LONGEST_LINE", 32)
    lines = list(read_lines(io.BytesIO(b"x" * 100 + b"\nshort\n" + b"y" * 33)))
    assert [line.content for line in lines] == [b"", b"short", b""]
    assert [line.number for line in lines if line.fault] == [1, 3]


def test_a_list_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LONGEST_LIST", 16)
    items = items_of(b'[{"title":"A"},\n{"title":"B"}]')
    assert titles(items) == []
    assert "write one object a line" in refusals(items)[0]


def test_an_object_over_many_lines_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LONGEST_LINE", 16)
    items = items_of(b'{\n "title": "A",\n "text": "far too long"\n}\n{"title":"B"}')
    assert titles(items) == ["B"]
    assert refusals(items)[0].startswith("F, line 1: longer than")


def text_of(data: bytes) -> Item:
    (item,) = read_text(io.BytesIO(data), "F")
    return item


@pytest.mark.parametrize(
    "data",
    [
        b"A title\n\nOne.\n\nTwo.\n",
        "\ufeffA title\r\n\r\nOne.\r\n\r\nTwo.".encode(),
        b"\n\nA title \n\n\n\nOne.\n\nTwo.\n\n",
        "A title\n\nOne.\n\nTwo.".encode("utf-16"),
    ],
)
def test_a_text_files_first_line_is_the_title_and_the_rest_the_text(data: bytes) -> None:
    assert text_of(data) == Candidate("F", {"title": "A title", "text": "One.\n\nTwo."})


def test_a_text_file_in_another_encoding_is_refused_with_the_place() -> None:
    assert text_of(b"Caf\xe9") == Refusal("F", "not UTF-8 at byte 3")
    assert text_of(b"\xef\xbb\xbfCaf\xe9") == Refusal("F", "not UTF-8 at byte 6")


def test_a_binary_file_is_refused() -> None:
    assert text_of(b"ab\0c") == Refusal("F", "not a text: a zero byte at character 3")


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (b' {"title":"A"}', "A"),
        (b'\xef\xbb\xbf[{"title":"A"}]', "A"),
        ('{"title":"A"}'.encode("utf-16"), "A"),
        (b"Just words\n\nand more", "Just words"),
    ],
)
def test_without_a_name_the_first_character_tells_json_from_text(data: bytes, title: str) -> None:
    assert titles(list(read_either(io.BufferedReader(io.BytesIO(data)), "F"))) == [title]
