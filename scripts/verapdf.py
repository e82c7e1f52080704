"""Checks PDFs with veraPDF for PDF/UA-1 and PDF/A-3a and prints the rules they break, for maintainers."""

from _setup import ROOT, NOT_READY, Parser, ensure

if __name__ == "__main__":
    ensure()

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

VERSION = "1.28.2"  # the newest of org.verapdf.apps:greenfield-apps when this was written
FOLDER = ROOT / "build" / "verapdf" / VERSION
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
FLAVOURS = {"ua1": "PDF/UA-1", "3a": "PDF/A-3a"}
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>handbook</groupId><artifactId>verapdf</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>org.verapdf.apps</groupId><artifactId>greenfield-apps</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>
"""
INSTALL = """请按您的系统安装，再重新运行：
  Debian/Ubuntu：sudo apt-get install -y default-jre-headless maven
  Fedora：       sudo dnf install -y java-latest-openjdk-headless maven
  macOS：        brew install maven（随带 Java）
  Windows：      winget install -e --id EclipseAdoptium.Temurin.21.JRE；Maven 从 maven.apache.org 下载"""


class NotHere(Exception):
    """veraPDF cannot be had; the text is for the person at the keyboard."""


@dataclass(frozen=True)
class Failure:
    """One rule that a file breaks, or (with an empty clause) why a file could not be judged."""

    file: str
    flavour: str
    clause: str
    test: str
    description: str
    times: int
    context: str  # where it happens first
    message: str  # what veraPDF says about that place


# ---- Getting it -----------------------------------------------------------------------------------------------


def fetch(folder: Path = FOLDER) -> Path:
    """The folder of veraPDF's jars, filled by Maven the first time."""
    if not shutil.which("java"):
        raise NotHere("veraPDF 需要 Java 11 或更高版本，这台机器上没有。" + INSTALL)
    if (folder / f"greenfield-apps-{VERSION}.jar").exists():
        return folder
    maven = shutil.which("mvn")
    if not maven:
        raise NotHere("取得 veraPDF 需要 Maven，这台机器上没有。" + INSTALL)
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"正在用 Maven 取得 veraPDF {VERSION}（首次约需半分钟）……", file=sys.stderr, flush=True)
    # Filled beside its place and moved there whole, so that an interrupted download is never taken for a finished one.
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        pom, jars = Path(work) / "pom.xml", Path(work) / "jars"
        pom.write_text(POM, encoding="utf-8")
        command = [maven, "-B", "-q", "-f", pom, COPY, f"-DoutputDirectory={jars}", "-DincludeScope=runtime"]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if done.returncode or not (jars / f"greenfield-apps-{VERSION}.jar").exists():
            last = [line for line in done.stdout.splitlines() if "ERROR" in line][:3]
            raise NotHere("Maven 没有取到 veraPDF，请检查网络后重试。Maven 的说明：\n  " + "\n  ".join(last))
        shutil.rmtree(folder, ignore_errors=True)
        jars.rename(folder)
    return folder


# ---- Asking it ------------------------------------------------------------------------------------------------


def read(report: str, flavour: str) -> list[Failure]:
    """What veraPDF's XML report holds against the files in it; raises ValueError where it is no such report."""
    try:
        root = ET.fromstring(report)
    except ET.ParseError as error:
        raise ValueError(f"veraPDF 的报告读不懂：{error}") from None
    found = []
    for job in root.iter("job"):
        file = job.findtext("item/name", "")
        verdict = job.find("validationReport")
        if verdict is None or verdict.get("jobEndStatus", "normal") != "normal":
            said = " ".join((job.findtext("taskException/exceptionMessage") or "").split())
            found.append(Failure(file, flavour, "", "", "veraPDF 无法检验这个文件", 1, "", said))
            continue
        rules = [rule for rule in verdict.iter("rule") if rule.get("status") == "failed"]
        if not rules and verdict.get("isCompliant") != "true":
            found.append(Failure(file, flavour, "", "", "veraPDF 判为不合格，但没有说明原因", 1, "", ""))
        for rule in rules:
            found.append(
                Failure(
                    file, flavour, rule.get("clause", ""), rule.get("testNumber", ""),
                    " ".join(rule.findtext("description", "").split()), int(rule.get("failedChecks", "1")),
                    rule.findtext("check/context", "").strip(),
                    " ".join(rule.findtext("check/errorMessage", "").split()),
                )
            )  # fmt: skip
    return found


def _judge(jars: Path, files: list[Path], flavour: str) -> list[Failure]:
    command = [
        "java", "-cp", str(jars / "*"), MAIN, "--flavour", flavour, "--format", "xml", "--nonpdfext",
        "--maxfailuresdisplayed", "1", *map(str, files),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        found = read(done.stdout, flavour)
        judged = {job.findtext("item/name") for job in ET.fromstring(done.stdout).iter("job")}
    except ValueError as error:
        last = "\n  ".join(done.stderr.strip().splitlines()[-3:])
        raise NotHere(f"{error}。Java 的说明：\n  {last}") from None
    # A file that the report passes over in silence has not passed.
    missed = [file for file in files if str(file) not in judged]
    return found + [Failure(str(f), flavour, "", "", "veraPDF 没有检验这个文件", 1, "", "") for f in missed]


def _validate(files: Iterable[str | Path]) -> list[Failure]:
    paths = [Path(file).resolve() for file in files]
    jars = fetch()
    return [failure for flavour in FLAVOURS for failure in _judge(jars, paths, flavour)] if paths else []


def validate(files: Iterable[str | Path]) -> list[Failure] | None:
    """The rules that these files break, empty where they break none; None where veraPDF cannot be had."""
    try:
        return _validate(files)
    except NotHere as problem:
        print(problem, file=sys.stderr)
        return None


# ---- Telling it -----------------------------------------------------------------------------------------------


def describe(failure: Failure) -> str:
    """One failure in a few lines."""
    if not failure.clause:
        return f"  {failure.description}" + (f"：{failure.message}" if failure.message else "")
    lines = [f"  条款 {failure.clause}，第 {failure.test} 项检验，{failure.times} 处：{failure.description}"]
    lines += [f"    首处：{failure.context}"] if failure.context else []
    lines += [f"    说明：{failure.message}"] if failure.message else []
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = Parser(
        "用 veraPDF 检验 PDF 是否合乎 PDF/UA-1（无障碍）和 PDF/A-3a（长期保存）。需要 Java；首次运行还需要 Maven 和网络。\n"
        "全部合格时返回 0，有不合格时返回 1，没有 veraPDF 可用时返回 3。",
        "python3 scripts/verapdf.py build/handbook.pdf",
    )
    parser.add_argument("files", nargs="+", metavar="文件", help="要检验的 PDF 文件")
    files = [Path(file).resolve() for file in parser.parse_args().files]
    absent = [str(file) for file in files if not file.is_file()]
    if absent:
        parser.error("没有这个文件：" + "、".join(absent))
    found = validate(files)
    if found is None:
        return NOT_READY
    for file in files:
        for flavour, name in FLAVOURS.items():
            failures = [f for f in found if (f.file, f.flavour) == (str(file), flavour)]
            print(f"{file}　{name}：" + (f"不合格，{len(failures)} 条规则" if failures else "合格"))
            for failure in failures:
                print(describe(failure))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
