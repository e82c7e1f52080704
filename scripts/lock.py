"""Remakes the two lock files from pyproject.toml, or says whether they are stale, for maintainers."""

from _setup import LOCKS, ROOT, Parser, ensure

ensure()

import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from _setup import venv_python

PROJECT = ROOT / "pyproject.toml"


def inputs() -> str:
    """A digest of what the lock files depend on, written at their top."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    facts = [project["project"]["requires-python"], project["project"]["dependencies"]]
    facts.append(project["dependency-groups"]["test"])
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def stale() -> list[str]:
    """The lock files that were not made from today's pyproject.toml; needs no network."""
    line = f"# inputs: {inputs()}"
    texts = {name: ROOT / name for name in LOCKS.values()}
    return [
        name for name, path in texts.items() if not path.exists() or line not in path.read_text().splitlines()
    ]


def uv() -> list[str]:
    """The requirement that names the uv we resolve with."""
    tools = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["dependency-groups"]["tools"]
    return [item for item in tools if item.startswith("uv==")]


def remake(upgrade: bool) -> None:
    """Writes both lock files; versions already locked are kept unless upgrading."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = venv_python(Path(folder))
        subprocess.run([python, "-m", "pip", "install", "--quiet", *uv()], check=True)
        for group, name in LOCKS.items():
            output = ROOT / name
            command = [python, "-m", "uv", "pip", "compile", PROJECT, "--output-file", output, "--quiet"]
            # One version for every Python and system, so that all machines build the same site.
            command += ["--universal", "--fork-strategy", "fewest", "--generate-hashes"]
            # Annotations and uv's own header would name files of this machine.
            command += ["--no-header", "--no-annotate"]
            if group != "base":
                command += ["--group", group, "--constraints", ROOT / LOCKS["base"]]
            if upgrade:
                command.append("--upgrade")
            subprocess.run(command, check=True, cwd=ROOT)
            header = f"# Made by scripts/lock.py from pyproject.toml; do not edit.\n# inputs: {inputs()}\n"
            output.write_text(header + output.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def main() -> int:
    """The command line."""
    parser = Parser("按 pyproject.toml 重新生成依赖锁定文件（需要网络）。", "python3 scripts/lock.py --check")
    parser.add_argument("--check", action="store_true", help="只看锁定文件是否过时，不改动（不需要网络）")
    parser.add_argument("--upgrade", action="store_true", help="把依赖升级到允许的最新版本")
    options = parser.parse_args()
    if options.check:
        names = stale()
        print(
            f"过时，请运行 python3 scripts/lock.py：{'、'.join(names)}"
            if names
            else "锁定文件与 pyproject.toml 一致。"
        )
        return 1 if names else 0
    try:
        remake(options.upgrade)
    except subprocess.CalledProcessError:
        print("锁定文件没有生成完（见上面的说明）。请检查网络后重试。", file=sys.stderr)
        return 1
    print("已生成：" + "、".join(LOCKS.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
