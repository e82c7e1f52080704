"""The schemas that editors complete from: fresh, Chinese, and of one mind with the check."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from handbooks import BASE, changed

from macros import catalogue, report, schema
from macros.changes import comparison, edition, read
from macros.kinds import FOLDERS, SHARED

ROOT = Path(__file__).resolve().parents[1]


def all_schemas(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    return {name: json.loads(text) for name, text in schema.schemas(catalogue.outline(root)[0]).items()}


def without_names(text: str) -> dict[str, Any]:
    """A schema but for the lists of names that content brings."""
    body = json.loads(text)
    for name, definition in body["definitions"].items():
        if name.endswith("-name"):
            definition.pop("enum")
    return body


def test_the_committed_schemas_follow_the_models() -> None:
    """Their lists of names may lag behind: whoever adds an item on a web page cannot run the script."""
    fresh = schema.schemas(catalogue.outline(ROOT)[0])
    committed = {f.name: f.read_text(encoding="utf-8") for f in (ROOT / "data" / "_schema").iterdir()}
    assert {n: without_names(t) for n, t in committed.items()} == {n: without_names(t) for n, t in fresh.items()}, (
        "运行 python3 scripts/schemas.py"
    )


def test_old_lists_of_names_are_a_reminder_and_no_error(tmp_path: Path) -> None:
    root = changed(tmp_path, [{"in": "data/roles.yaml", "find": "title: 党总支", "put": "title: 党总支部"}])
    schema.write(root / "data" / "_schema", catalogue.outline(BASE)[0])
    told = [p for p in report.check(root)[1] if p.path.startswith("data/_schema/")]
    assert [(p.warning, p.message) for p in told] == [(True, "编辑器的补全名单不是最新的（4 个文件）")]
    schema.write(root / "data" / "_schema", catalogue.outline(root)[0])
    assert [p for p in report.check(root)[1] if p.path.startswith("data/_schema/")] == []
    for broken in ("{", "[]", "{}", '{"definitions": []}', '{"definitions": {"role-name": 1}}'):
        (root / "data" / "_schema" / "form.json").write_text(broken, encoding="utf-8")
        told = [p for p in report.check(root)[1] if p.path.startswith("data/_schema/")]
        assert [p.path for p in told] == ["data/_schema/form.json"], broken


@pytest.mark.parametrize("root", [BASE, ROOT], ids=["base", "real"])
def test_a_checked_handbook_knows_its_names(root: Path) -> None:
    assert catalogue.names_in_use(root, catalogue.load(root)) == catalogue.outline(root)[0]


def test_there_is_one_for_every_kind_and_shared_file() -> None:
    assert set(all_schemas()) == {f"{name}.json" for name in (*FOLDERS, *SHARED, "history")}


def test_the_same_names_give_the_same_bytes() -> None:
    first, second = (schema.schemas(catalogue.outline(ROOT)[0]) for _ in range(2))
    assert first == second


def properties(value: object):
    if isinstance(value, dict):
        yield from value.get("properties", {}).items()
        for part in value.values():
            yield from properties(part)
    elif isinstance(value, list):
        for part in value:
            yield from properties(part)


def test_every_property_has_a_chinese_title_and_description_and_no_english_text() -> None:
    for file, body in all_schemas().items():
        fields = list(properties(body))
        assert fields
        for name, field in fields:
            assert re.search("[\u4e00-\u9fff]", field["title"]), f"{file} {name}"
            assert re.match("(必填|选填)。", field["description"]), f"{file} {name}"
            assert not re.search("[A-Za-z]{3,} [a-z]{2,}", field["description"]), f"{file} {name}"


def test_references_offer_the_names_that_exist() -> None:
    definitions = all_schemas(BASE)["procedure.json"]["definitions"]
    assert definitions["role-name"]["enum"] == sorted(
        ["secretary", "支部书记", "officer", "组织委员", "committee", "上级党委", "general-branch", "党总支"]
    )
    assert definitions["form-name"]["enum"] == ["record", "会议记录"]
    assert "发展党员工作细则" in definitions["regulation-name"]["enum"]
    assert {"会议", "meetings"} <= set(definitions["chapter-name"]["enum"])
    assert {"dues", "党费交纳", "emblem"} <= set(definitions["item-name"]["enum"])


def test_every_reference_is_completed_from_the_real_names() -> None:
    real = catalogue.load(ROOT)
    wanted = {
        "role": set(real.roles),
        "form": {e.id for e in real.of("form")},
        "regulation": {e.id for e in real.of("regulation")},
        "procedure": {e.id for e in real.of("procedure")},
        "chapter": set(real.chapters),
        "item": set(real.entries),
    }
    offered: dict[str, set[str]] = {}
    for body in all_schemas().values():
        for name, definition in body["definitions"].items():
            if name.endswith("-name"):
                offered.setdefault(name.removesuffix("-name"), set()).update(definition["enum"])
    assert {kind: wanted[kind] - offered.get(kind, set()) for kind in wanted} == {kind: set() for kind in wanted}


def faults(value: Any, rule: dict[str, Any], definitions: dict[str, Any], where: str = "") -> list[str]:
    """A validator for the few words of JSON Schema that ours use; an unknown word fails."""
    rule = {
        k: v
        for k, v in rule.items()
        if k not in ("title", "description", "$schema", "definitions", "examples")
    }
    if "$ref" in rule:
        return faults(value, definitions[rule["$ref"].rsplit("/", 1)[-1]], definitions, where)
    if "allOf" in rule:
        return [f for part in rule["allOf"] for f in faults(value, part, definitions, where)]
    if "anyOf" in rule:
        tried = [faults(value, part, definitions, where) for part in rule["anyOf"]]
        return [] if [] in tried else tried[-1]
    found = []
    for word, limit in rule.items():
        match word:
            case "type":
                kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
                if not any(
                    isinstance(value, kinds[k]) for k in ([limit] if isinstance(limit, str) else limit)
                ):
                    found.append(f"{where}: {value!r} is no {limit}")
            case "properties":
                for name in value if isinstance(value, dict) else ():
                    if name not in limit:
                        found.append(f"{where}.{name} is unknown")
                    else:
                        found += faults(value[name], limit[name], definitions, f"{where}.{name}")
            case "required":
                found += [
                    f"{where}.{name} is missing"
                    for name in limit
                    if isinstance(value, dict) and name not in value
                ]
            case "items":
                for i, part in enumerate(value if isinstance(value, list) else ()):
                    found += faults(part, limit, definitions, f"{where}[{i}]")
            case "enum":
                found += [] if value in limit else [f"{where}: {value!r} is not offered"]
            case "pattern":
                found += [] if re.search(limit, str(value)) else [f"{where}: {value!r} does not match"]
            case "minLength" | "maxLength":
                long = len(value) if isinstance(value, str) else None
                if long is not None and (long < limit if word == "minLength" else long > limit):
                    found.append(f"{where}: {long} characters")
            case "minItems":
                found += [f"{where}: too few"] if isinstance(value, list) and len(value) < limit else []
            case "minimum" | "maximum" | "exclusiveMinimum" if isinstance(value, (int, float)):
                good = {
                    "minimum": value >= limit,
                    "maximum": value <= limit,
                    "exclusiveMinimum": value > limit,
                }
                found += [] if good[word] else [f"{where}: {value} {word}"]
            case "minimum" | "maximum" | "exclusiveMinimum":
                pass  # the type says it already
            case "additionalProperties":
                assert limit is False
            case _:
                raise AssertionError(f"unknown word {word}")
    return found


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: dates and yes/no stay texts."""


EditorLoader.yaml_implicit_resolvers = {
    k: [
        (tag, pattern)
        for tag, pattern in v
        if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null")
    ]
    for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("root", [BASE, ROOT], ids=["base", "real"])
def test_no_valid_file_is_underlined(root: Path) -> None:
    bodies = all_schemas(root)
    files = 0
    for name, folder in [(k.id, k.folder) for k in FOLDERS.values()] + [(n, n) for n in (*SHARED, "history")]:
        body = bodies[f"{name}.json"]
        paths = (
            [root / "data" / f"{name}.yaml"]
            if name in SHARED
            else sorted((root / "data" / folder).glob("*.yaml"))
        )
        for path in paths:
            value = yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)
            assert faults(value, body, body["definitions"]) == [], path
            files += 1
    assert files >= 14


SPOILT = {
    "layer: 管理程序": "layer: 管理程式",
    "code: CX-01": "code: CX01",
    "with: [组织委员]": "with: [组织委圆]",
    "purpose: 开好会。": "purpse: 开好会。",
    "amount: 3\n": "amount: 三\n",
    "total: 15": "total: 0",
    "title: 清点人数": "title: 数",
    "then: 退回": "then: 回去",
    "reviewed: 2026-11-01": "reviewed: 2026年",
}


@pytest.mark.parametrize("right", SPOILT)
def test_what_the_check_refuses_is_underlined(right: str, tmp_path: Path) -> None:
    file = "data/procedures/meeting.yaml"
    root = changed(tmp_path, [{"in": file, "find": right, "put": SPOILT[right]}])
    assert catalogue.inspect(root)[1]
    body = all_schemas(BASE)["procedure.json"]
    value = yaml.load((root / file).read_text(encoding="utf-8"), Loader=EditorLoader)
    assert len(faults(value, body, body["definitions"])) >= 1


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/schemas.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_script_writes_what_is_stale_and_says_how_to_cure_it(tmp_path: Path) -> None:
    changed(tmp_path, [])
    before = run("--check", "--root", str(tmp_path))
    assert before.returncode == 1
    assert before.stdout.endswith("data/_schema/terms.json 过期\n运行 python3 scripts/schemas.py 重新生成\n")
    written = run("--root", str(tmp_path))
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout.startswith("已更新 10 个文件：")
    (tmp_path / "data/_schema/old.json").write_text("{}", encoding="utf-8")
    assert (
        run("--check", "--root", str(tmp_path)).stdout
        == "data/_schema/old.json 过期\n运行 python3 scripts/schemas.py 重新生成\n"
    )
    assert run("--root", str(tmp_path)).stdout == "已更新 1 个文件：old.json\n"
    after = run("--check", "--root", str(tmp_path))
    assert (after.returncode, after.stdout) == (0, "data/_schema/ 是最新的\n")


def test_the_record_of_an_edition_is_underlined_only_where_the_check_refuses_it() -> None:
    """As scripts/edition.py writes it, and as a hand may spoil it."""
    body = all_schemas(BASE)["history.json"]
    changes = tuple(edition.recorded(c) for c in comparison(read(BASE), read(ROOT)).changes)
    assert len(changes) > 100 and any(c.also for c in changes) and any(c.whole for c in changes)
    value = yaml.load(edition.to_yaml("2026.2", "2026-12-01", ("改了。",), changes), Loader=EditorLoader)
    assert faults(value, body, body["definitions"]) == []
    for spoilt in ({"kind": "改"}, {"where": ""}, {"anker": "step-x"}, {"substantial": "对"}):
        wrong = value | {"changes": [value["changes"][0] | spoilt]}
        assert len(faults(wrong, body, body["definitions"])) == 1, spoilt
