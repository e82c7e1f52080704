"""A thousand slips of the keyboard in the real data: each file stays valid or is told of in Chinese, at a line that exists."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from macros import catalogue
from macros.kinds import EDITION, SHARED
from macros.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261125
ROUNDS, FILES = 25, 40  # forty files of the whole handbook are spoilt at once, so that the rules run too
MUTATIONS = ROUNDS * FILES

TYPED = [
    ":", ": ", "：", "- ", "-", "#", " #", "'", '"', "“", "”", "[", "]", "{", "}", "{{", "}}", "[[x]]", "{% if %}", "&", "*", "!",
    "!!python/object:os.system", "|", ">", "%", "@", "`", "?", "? ", ",", "，", "\t", "\u3000", "\u200b", "\x07", "\ufeff", "…", "〈填",
    "𠮷", "😀", "null", "~", "是", "no", "1e999", "8:55", "-0", "999999999999", "0x10", "1/0", "二〇二六", "2026-02-30", "---", "...",
    "<script>", "a" * 700,
]  # fmt: skip


def _line(lines: list[str], dice: random.Random) -> int:
    return dice.randrange(len(lines))


def drop_a_line(lines: list[str], dice: random.Random) -> None:
    del lines[_line(lines, dice)]


def repeat_a_line(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    lines.insert(n, lines[n])


def swap_two_lines(lines: list[str], dice: random.Random) -> None:
    a, b = _line(lines, dice), _line(lines, dice)
    lines[a], lines[b] = lines[b], lines[a]


def indent_a_line(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    lines[n] = dice.choice((" ", "  ", "\t", "    ")) + lines[n]


def outdent_a_line(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    lines[n] = lines[n].removeprefix("  ")


def type_something(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    at = dice.randrange(len(lines[n]) + 1)
    lines[n] = lines[n][:at] + dice.choice(TYPED) + lines[n][at:]


def lose_characters(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    at = dice.randrange(len(lines[n]) + 1)
    lines[n] = lines[n][:at] + lines[n][at + dice.randint(1, 4) :]


def replace_a_value(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    key, colon, _ = lines[n].partition(": ")
    lines[n] = key + (colon or ": ") + dice.choice(TYPED)


def take_a_value_from_elsewhere(lines: list[str], dice: random.Random) -> None:
    n = _line(lines, dice)
    lines[n] = lines[n].partition(": ")[0] + ": " + lines[_line(lines, dice)].partition(": ")[2]


def cut_the_file_off(lines: list[str], dice: random.Random) -> None:
    del lines[_line(lines, dice) :]


SLIPS: tuple[Callable[[list[str], random.Random], None], ...] = (
    drop_a_line,
    repeat_a_line,
    swap_two_lines,
    indent_a_line,
    outdent_a_line,
    type_something,
    lose_characters,
    replace_a_value,
    take_a_value_from_elsewhere,
    cut_the_file_off,
)


def mutated(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    dice.choice(SLIPS)(lines, dice)
    return "\n".join(lines)


def test_every_slip_leaves_the_file_valid_or_told_of_in_chinese(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("_schema"))
    files = sorted(f.relative_to(tmp_path) for f in (tmp_path / "data").rglob("*.yaml"))
    done = valid = 0
    for _ in range(ROUNDS):
        spoilt = dice.sample(files, FILES)
        before = {file: (tmp_path / file).read_text(encoding="utf-8") for file in spoilt}
        after = {file: mutated(text, dice) for file, text in before.items()}
        for file, text in after.items():
            (tmp_path / file).write_text(text, encoding="utf-8", newline="")
        found, problems = catalogue.inspect(tmp_path)
        assert faults(problems, tmp_path) == []
        wrong = {p.path for p in problems if not p.warning}
        for file in spoilt:
            done += 1
            if file.as_posix() not in wrong:
                valid += 1
                assert read_in(file, found, bool(wrong)), f"{file}: neither read nor told of\n{after[file]}"
        for file, text in before.items():
            (tmp_path / file).write_text(text, encoding="utf-8", newline="")
    # Neither all broken nor all harmless: otherwise the slips would prove nothing.
    assert done == MUTATIONS == 1000 and 100 < valid < 900, (done, valid)


def faults(problems: tuple[Problem, ...], root: Path) -> list[str]:
    """Problems whose place does not exist, or whose words are not Chinese."""
    lines = {
        p.path: (root / p.path).read_text(encoding="utf-8").count("\n") + 1
        for p in problems
        if (root / p.path).is_file()
    }
    english = re.compile(r"Traceback|Error|expected|should be|Input|Value|[a-z]{3,} [a-z]{3,} [a-z]{3,}")
    return [
        str(p)
        for p in problems
        if not 1 <= p.line <= lines.get(p.path, 0)
        or not re.search("[一-龥]", p.message)
        or english.search(without_typed(p.message))
    ]


def without_typed(message: str) -> str:
    """A message without what it quotes from the file."""
    return re.sub("“.*”", "", message)


def read_in(file: Path, found: catalogue.Catalogue | None, broken: bool) -> bool:
    """Whether a file of which no problem was told has become part of the catalogue."""
    if file.stem in SHARED or file.parent.name == catalogue.HISTORY or found is None:
        return found is not None or broken
    return file.stem in (found.editions if file.parent.name == EDITION.folder else found.entries)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
def test_every_kind_of_slip_changes_something(slip) -> None:
    text = (ROOT / "data/procedures/dues.yaml").read_text(encoding="utf-8")
    changed = 0
    for seed in range(20):
        lines = text.split("\n")
        slip(lines, random.Random(seed))
        changed += "\n".join(lines) != text
    assert changed >= 10
