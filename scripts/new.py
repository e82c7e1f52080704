"""Makes a starter file for a new item, for editors."""

from _setup import Parser, ensure

ensure()

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from macros import starter
from macros.catalogue import outline
from macros.kinds import FOLDERS


def main(arguments: list[str] | None = None) -> int:
    """0 when the file was made, 1 when it could not be."""
    parser = Parser(
        "生成一个新条目的样板：每个字段有中文说明，选填的字段先注释掉，文件编号自动取下一个。",
        "python3 scripts/new.py procedure branch-visit     新的程序\n"
        "    python3 scripts/new.py form visit-record           新的表单",
    )
    kinds = "、".join(f"{kind.id}（{kind.title}）" for kind in FOLDERS.values())
    parser.add_argument("kind", metavar="类别", help=f"{kinds}；写中文也可以")
    parser.add_argument("id", metavar="文件名", help="英文小写字母、数字和短横线，不带 .yaml")
    parser.add_argument(
        "--root", type=Path, default=ROOT, metavar="目录", help="加到另一份手册（默认是本手册）"
    )
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    kind = {k.title: k.id for k in FOLDERS.values()}.get(options.kind, options.kind)
    if refused := starter.refusal(kind, options.id, root):
        print(refused)
        return 1
    file = root / "data" / FOLDERS[kind].folder / f"{options.id}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(starter.starter(FOLDERS[kind], *outline(root)), encoding="utf-8", newline="\n")
    print(f"已生成 {file.relative_to(root).as_posix()}\n{starter.afterwards(FOLDERS[kind], options.id)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
