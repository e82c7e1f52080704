"""The finished book keeps PDF/UA-1 and PDF/A-3a, as veraPDF sees it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1] / "scripts")
)  # scripts import their neighbours by bare name

import verapdf  # noqa: E402

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<report><jobs>
<job><item size="1"><name>/tmp/good.pdf</name></item>
<validationReport jobEndStatus="normal" isCompliant="true"><details failedRules="0"></details></validationReport></job>
<job><item size="1"><name>/tmp/bad.pdf</name></item>
<validationReport jobEndStatus="normal" isCompliant="false"><details failedRules="1">
<rule specification="ISO 14289-1:2014" clause="7.2" testNumber="19" status="failed" failedChecks="3">
<description>L element may contain
 only L, LI and Caption elements</description><object>SEL</object><test>x</test>
<check status="failed"><context>root/K[1](5 0 obj SEL L)</context><errorMessage>L contains Span</errorMessage></check>
<check status="failed"><context>root/K[2](6 0 obj SEL L)</context><errorMessage>L contains P</errorMessage></check>
</rule></details></validationReport></job>
<job><item size="0"><name>/tmp/broken.pdf</name></item>
<taskException type="PARSE"><exceptionMessage>Couldn't parse stream</exceptionMessage></taskException></job>
</jobs></report>"""


def test_a_report_turns_into_failures() -> None:
    rule, broken = verapdf.read(REPORT, "ua1")
    assert rule == verapdf.Failure(
        "/tmp/bad.pdf", "ua1", "7.2", "19", "L element may contain only L, LI and Caption elements", 3,
        "root/K[1](5 0 obj SEL L)", "L contains Span",
    )  # fmt: skip
    assert (broken.file, broken.clause, broken.message) == ("/tmp/broken.pdf", "", "Couldn't parse stream")
    assert verapdf.describe(rule).startswith("  条款 7.2，第 19 项检验，3 处：L element")
    assert verapdf.describe(broken) == "  veraPDF 无法检验这个文件：Couldn't parse stream"


def test_not_compliant_without_a_rule_is_a_failure() -> None:
    report = REPORT.replace('isCompliant="true"', 'isCompliant="false"')
    assert verapdf.read(report, "3a")[0].file == "/tmp/good.pdf"


def test_what_is_no_report_is_no_success() -> None:
    with pytest.raises(ValueError, match="读不懂"):
        verapdf.read("Error: could not find or load main class", "ua1")


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(verapdf.shutil, "which", lambda program: None)
    assert verapdf.validate(["any.pdf"]) is None
    assert "需要 Java" in (said := capsys.readouterr().err) and "apt-get install" in said


def test_without_maven_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(verapdf.shutil, "which", lambda program: program if program == "java" else None)
    with pytest.raises(verapdf.NotHere, match="需要 Maven"):
        verapdf.fetch(tmp_path / "none")


def test_the_book_keeps_both_standards(built) -> None:
    tools = shutil.which("java") and shutil.which("mvn")
    must = os.environ.get("CI") == "true" and tools
    if not tools:
        pytest.skip("veraPDF needs Java and Maven")
    found = verapdf.validate([built.pdf])
    if found is None and not must:
        pytest.skip("Maven could not fetch veraPDF")
    assert found is not None, "Maven could not fetch veraPDF"
    assert [verapdf.describe(failure) for failure in found] == []
