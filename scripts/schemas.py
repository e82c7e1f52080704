"""Writes data/_schema/*.json, with which an editor completes and underlines; for whoever changes a model or adds an item."""

from _setup import Parser, ensure

ensure()

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from macros import schema
from macros.catalogue import outline


def main(arguments: list[str] | None = None) -> int:
    """0 when the files are fresh, 1 when --check finds stale ones."""
    parser = Parser(
        "由数据模型和现有的名称生成 data/_schema/*.json，编辑器靠它补全和画线。",
        "python3 scripts/schemas.py            重新生成\n"
        "    python3 scripts/schemas.py --check    只检查是不是最新的",
    )
    parser.add_argument("--check", action="store_true", help="不写文件；有过期的就列出来，退出码为 1")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="目录", help="另一份手册（默认是本手册）")
    options = parser.parse_args(arguments)
    folder = options.root.resolve() / "data" / "_schema"
    names, _ = outline(options.root.resolve())
    old = schema.stale(folder, names)
    if options.check:
        for name in old:
            print(f"data/_schema/{name} 过期")
        print("运行 python3 scripts/schemas.py 重新生成" if old else "data/_schema/ 是最新的")
        return 1 if old else 0
    schema.write(folder, names)
    print(f"已更新 {len(old)} 个文件：{'、'.join(old)}" if old else "data/_schema/ 已经是最新的")
    return 0


if __name__ == "__main__":
    sys.exit(main())
