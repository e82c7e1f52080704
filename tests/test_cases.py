"""One small fault, and all that the check says about it, word for word: tests/cases/*.yaml."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from handbooks import BASE, CASES, changed, read_case

from macros import catalogue, kinds, report, rules, source, translate
from macros.kinds import checklist, culture, fields, form, procedure, regulation, shared
from macros.problems import Problem

FILES = sorted(CASES.glob("*.yaml"))
NAMES = [file.stem for file in FILES]
MODULES = (checklist, culture, fields, form, procedure, regulation, shared)
# Latin words that a message may hold: formats, and what the editor typed or may type.
ALLOWED = {"YAML", "UTF", "GBK", "Tab", "BD", "CX", "REC", "scripts", "new", "py", "yaml", "data", "editions"}
ALLOWED |= {
    "branch",
    "election",
    "collect",
    "monthly",
    "procedures",
    "checklists",
    "culture",
    "forms",
    "regulations",
}


def said(root: Path) -> str:
    """What scripts/check.py prints for a handbook."""
    found, problems = report.check(root)
    return "".join(f"{line}\n" for line in (*problems, report.verdict(found, problems)))


@pytest.mark.parametrize("name", NAMES)
def test_the_check_says_exactly_this(name: str, tmp_path: Path) -> None:
    case = read_case(CASES / f"{name}.yaml")
    assert said(changed(tmp_path, case["edits"])) == case["expected"]


def test_the_base_of_all_cases_is_valid() -> None:
    assert said(BASE).startswith("没有问题：")


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_chinese_and_name_file_and_line(name: str) -> None:
    case = read_case(CASES / f"{name}.yaml")
    lines = case["expected"].splitlines()
    edits = " ".join(str(value) for edit in case["edits"] for value in edit.values())
    typed = set(re.findall("[A-Za-z]+", edits + all_base_text())) | field_names() | ALLOWED
    for line in lines[:-1]:
        assert re.match(r"(data/[\w./-]+:\d+: |    建议：)", line), line
        strange = set(re.findall("[A-Za-z]+", line.split(": ", 1)[-1])) - typed
        assert not strange, f"{name}: {strange}"
    heads = [line for line in lines if not line.startswith("    ")]
    assert len(heads) == len(set(heads))


def all_base_text() -> str:
    return "".join(str(file) + file.read_text(encoding="utf-8") for file in sorted(BASE.rglob("*.yaml")))


def field_names() -> set[str]:
    return {
        word for model in models() for name in model.model_fields for word in re.findall("[A-Za-z]+", name)
    }


def models() -> list[type]:
    found = {
        m
        for module in MODULES
        for m in vars(module).values()
        if isinstance(m, type) and issubclass(m, fields.BaseModel)
    }
    assert len(found) > 25
    return sorted(found, key=lambda m: m.__name__)


@dataclass
class Heard:
    """Who spoke while all cases were checked: rules by name, code by file and line, findings by type."""

    rules: set[str] = field(default_factory=set)
    raised: set[tuple[str, int]] = field(default_factory=set)
    findings: set[str] = field(default_factory=set)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    def rule(self, real: Callable) -> Callable:
        def run(scope: rules.Scope) -> list[Problem]:
            found = list(real(scope))
            if found:
                self.rules.add(real.__name__)
            return found

        return run

    def call(self, real: Callable) -> Callable:
        def run(*arguments: str) -> object:
            frame = sys._getframe(1)
            self.raised.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
            return real(*arguments)

        return run

    def words(self, real: Callable) -> Callable:
        def run(kind: str, *rest: object) -> tuple[str, str]:
            self.findings.add(kind)
            return real(kind, *rest)

        return run


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """Every case checked once, with an ear to whatever can find fault."""
    heard, folder = Heard(), tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "RULES", tuple(map(heard.rule, rules.RULES)))
        patch.setattr(translate, "_words", heard.words(translate._words))
        patch.setattr(source._Fault, "__init__", heard.call(source._Fault.__init__))
        for module in MODULES:
            patch.setattr(module, "fault", heard.call(fields.fault), raising=False)
        for file in FILES:
            heard.problems[file.stem] = report.check(changed(folder / file.stem, read_case(file)["edits"]))[1]
    return heard


def test_every_rule_has_a_case(heard: Heard) -> None:
    assert {rule.__name__ for rule in rules.RULES} - heard.rules == set()


def test_one_fault_is_told_once(heard: Heard) -> None:
    """No two problems share file, line and field: no rule repeats another, nor what the model said."""
    for name, problems in heard.problems.items():
        places = [(p.path, p.line, p.where) for p in problems if p.where]
        assert len(places) == len(set(places)), name


def test_every_yaml_fault_and_slip_has_a_case(heard: Heard) -> None:
    known = {(message, hint) for _, message, hint in source.YAML_FAULTS + source.SLIPS}
    assert known - {(p.message, p.hint) for problems in heard.problems.values() for p in problems} == set()


def test_every_refusal_of_the_reader_and_of_the_models_has_a_case(heard: Heard) -> None:
    raising = {(Path(m.__file__), "fault") for m in MODULES} | {(Path(source.__file__), "_Fault")}
    places = {(file.name, line) for file, name in raising for line in lines_calling(file, name)}
    assert len(places) > 20
    assert places - heard.raised == set()


def lines_calling(file: Path, name: str) -> set[int]:
    return {
        node.lineno
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }


def test_every_finding_of_the_models_is_put_into_words(heard: Heard) -> None:
    own = {"ours", "missing", "enum", "string_pattern_mismatch", translate.EXTRA}
    assert set(translate.FAULTS) | own == heard.findings


def test_every_kind_is_in_the_base() -> None:
    assert {kind.folder for kind in kinds.KINDS.values()} == {
        f.name for f in (BASE / "data").iterdir() if f.is_dir()
    }
