"""Who may import whom: only downwards, as the list of layers says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MACROS = ROOT / "macros"

# From the ground up; a module may import from its own line and from those above it here.
LAYERS = (
    {"problems", "source_types", "glyphs", "letter"},
    {"source"},
    {"kinds", "translate", "print.glyphs"},
    {"rules"},
    {"catalogue", "describe", "schema", "starter", "annotations"},
    {"burden", "editions", "flowchart", "history", "media", "qr", "guard", "messages", "start", "glossary", "parts", "authoring"},
    {"pages", "changes"},
    {"complete", "engines", "outputs", "print", "report", "search"},
    {""},
)
# What only one place may know.
ONLY_IN = {"mkdocs": {"engines"}, "weasyprint": {"print"}, "yaml": {"source"}, "pypinyin": {"search"}}


def layer(module: str) -> int:
    """The layer of macros.<module>: the longest name that is listed."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        for height, names in enumerate(LAYERS):
            if name in names:
                return height
    raise AssertionError(f"macros/{module} stands in no layer")


def imports(file: Path) -> set[str]:
    """Absolute names of all that a file imports, wherever in it."""
    here = ("macros", *file.relative_to(MACROS).with_suffix("").parts)
    package = here[:-1]
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *([node.module] if node.module else [])))
            for alias in node.names:
                inner = MACROS.parent.joinpath(*name.split("."), alias.name)
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                found.add(f"{name}.{alias.name}" if is_module else name)
    return found


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(MACROS).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


FILES = sorted(MACROS.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=[str(f.relative_to(MACROS)) for f in FILES])
def test_imports_point_downwards(file: Path) -> None:
    own = layer(module_of(file))
    for name in imports(file):
        if name.split(".")[0] == "macros":
            target = name.removeprefix("macros").removeprefix(".")
            assert layer(target) <= own, f"{file.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library: str) -> None:
    users = {
        module_of(file).split(".")[0] for file in FILES if library in {n.split(".")[0] for n in imports(file)}
    }
    assert users == ONLY_IN[library]


def test_no_module_imports_a_script_or_a_test() -> None:
    names = {name.split(".")[0] for file in FILES for name in imports(file)}
    assert names & {"scripts", "tests", "_setup"} == set()


def test_the_core_reads_no_clock_and_no_environment() -> None:
    """Today, root and addresses come in as arguments, so that the same commit gives the same bytes."""
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        if module_of(file).split(".")[0] not in ("engines",):
            for clock in ("date.today", "datetime.now", "time.time(", "os.environ", "getenv"):
                assert clock not in text, f"{file.relative_to(ROOT)}: {clock}"
