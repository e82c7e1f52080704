"""Reading YAML: every text as it was typed, every line right, nothing that can exhaust the machine."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from handbooks import BASE

from macros import source
from macros.source import Document, parse, read


def read_text(text: str) -> Document:
    document, problems = parse(text.encode(), "a.yaml")
    assert problems == []
    return document


@pytest.mark.parametrize(
    "typed",
    ["no", "8:55", "0012", "1e3", "~", "null", "2026-11-22", "0x1F", "1_000", "3.10", "true", "是", "1/2"],
)
def test_a_value_stays_the_text_that_was_typed(typed: str) -> None:
    assert read_text(f"a: {typed}\nb: [{typed}]\n").value == {"a": typed, "b": [typed]}


def test_a_field_without_a_value_is_none_and_an_empty_quote_is_a_text() -> None:
    assert read_text('a:\nb: ""\nc: [x]\nd: # 注释\n').value == {"a": None, "b": "", "c": ["x"], "d": None}


def test_every_value_knows_its_line() -> None:
    lines = [
        "# 注",
        "",
        "a: 一",
        "b:",
        "  - 二",
        "  - c: 三",
        "    d: [四, 五,",
        "      六]",
        "e: {f: 七}",
        "",
    ]
    document = read_text("\n".join(lines))
    for where, text in document.texts:
        assert text in lines[document.line(where) - 1], where
    assert [text for _, text in document.texts] == list("一二三四五六七")


def test_a_path_without_a_line_takes_that_of_its_parent() -> None:
    document = read_text("a: 一\nb:\n  - c: 二\n")
    assert document.line(("b", 0, "missing", 3)) == document.line(("b", 0)) == 3
    assert document.line(("nowhere",)) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_windows_files_read_like_any_other(encoding: str, end: str) -> None:
    document, problems = parse(end.join(["title: 党费", "do:", "  - 收齐。", ""]).encode(encoding), "a.yaml")
    assert (document.value, problems) == ({"title": "党费", "do": ["收齐。"]}, [])
    assert document.line(("do", 0)) == 3


BOMBS = {
    "anchors that multiply": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "an anchor inside itself": "a: &a [*a]\n",
    "brackets": "a: " + "[" * 10_000,
    "closed brackets": "a: " + "[" * 10_000 + "]" * 10_000,
    "braces": "a: " + "{b: " * 10_000,
    "dashes": "a:\n" + "- " * 10_000 + "b\n",
    "indents": "".join(" " * n + "k:\n" for n in range(1_300)),
    "question marks": "? " * 10_000 + "a\n",
    "a tag": "a: !!python/object/apply:os.system [echo]\n",
    "merged keys": "a: &a {x: y}\nb:\n  <<: *a\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_after_a_few_events(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in parser events and in memory, because seconds say more about the machine."""
    events = 0
    real = yaml.parse

    def counted(*arguments, **options) -> Iterator[yaml.Event]:
        nonlocal events
        for event in real(*arguments, **options):
            events += 1
            yield event

    monkeypatch.setattr(yaml, "parse", counted)
    tracemalloc.start()
    try:
        document, problems = parse(BOMBS[name].encode(), "a.yaml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert document.value is None
    assert len(problems) == 1
    assert events < 100
    assert peak < 8_000_000


@pytest.mark.parametrize("size", [source.MAX_BYTES + 1, 10_000_000])
def test_a_file_too_large_is_not_even_opened(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        opened.truncate(size)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    document, problems = read(file, tmp_path)
    assert document == Document("big.yaml")
    assert [str(p).split("，")[0] for p in problems] == [f"big.yaml:1: 文件有 {size // 1000} KB"]


def test_the_largest_file_is_read_in_bounded_memory() -> None:
    """A hundred times its size at most, paths and lines included."""
    line = "- {a: 一, b: 二}\n"
    text = "a:\n" + line * (source.MAX_BYTES // len(line.encode()) - 1)
    tracemalloc.start()
    try:
        document = read_text(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(document.value["a"]) == text.count("\n") - 1
    assert peak < 100 * source.MAX_BYTES


def test_no_bytes_make_the_reader_raise() -> None:
    """Three thousand small accidents to valid files: each is read, or refused at a line of the file."""
    chance = random.Random(7)
    files = [file.read_bytes() for file in sorted(BASE.rglob("*.yaml"))]
    pieces = [
        b"\t",
        b"\xff",
        b"\0",
        b"&a ",
        b"*a",
        b"!x ",
        b"[",
        b"{",
        b'"',
        b"'",
        b": ",
        b"- ",
        b"%",
        b"\xe3\x80\x80",
        b"|",
        b"? ",
    ]
    refused = 0
    for _ in range(3_000):
        data = bytearray(chance.choice(files))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 4)] = chance.choice(pieces)
        document, problems = parse(bytes(data), "a.yaml")
        refused += bool(problems)
        assert isinstance(document.value, dict) or problems
        lines = data.count(b"\n") + data.count(b"\r") + 1
        assert all(1 <= p.line <= lines for p in problems), problems
    assert 1_000 < refused < 3_000


def test_the_fast_reader_is_the_one_in_use() -> None:
    assert source.LOADER is yaml.CSafeLoader
