"""Small handbooks for the tests: the valid one of tests/cases/_base, changed as a case says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
BASE = CASES / "_base"

# A step that an editor might add, as typed below stages: steps.
STEP = """\
      - id: invite
        title: 请上级派人
        by: [支部书记]
        do: [支部书记请上级派人到会。]
        basis:
          - state: REC
"""


def read_case(file: Path) -> dict[str, Any]:
    """A case: its edits, and all that the check then says."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def changed(root: Path, edits: list[dict[str, Any]]) -> Path:
    """A copy of the valid handbook in root, changed edit by edit."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    for edit in edits:
        file = root / edit["in"]
        match edit:
            case {"find": str(find), "put": str(put)}:
                text = file.read_text(encoding="utf-8")
                assert text.count(find) == 1, f"{edit['in']}: {find!r} stands there {text.count(find)} times"
                file.write_text(text.replace(find, put), encoding="utf-8", newline="")
            case {"add": str(text)}:
                file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8", newline="")
            case {"write": str(text)}:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="")
            case {"encode": str(encoding)}:
                file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
            case {"delete": True}:
                file.unlink()
            case _:
                raise AssertionError(f"no such edit: {edit}")
    return root
