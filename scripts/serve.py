"""Live preview: a save in data/, docs/ or macros/ is on screen a moment later."""

from _setup import Parser, ensure

ensure()

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Serves until Ctrl+C; the address is printed."""
    parser = Parser(
        "实时预览网站：保存 data/、docs/ 或 macros/ 里的文件，网页自动更新。只在本机可见。",
        "python3 scripts/serve.py --port 8001    在 http://127.0.0.1:8001/ 预览",
    )
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="端口号（默认 8000）")
    options = parser.parse_args()
    print(f"预览地址：http://127.0.0.1:{options.port}/   按 Ctrl+C 结束", flush=True)
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--dirty", "--dev-addr", f"127.0.0.1:{options.port}"]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"}
    try:
        while subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
            print("内容有误，预览没有启动。改好后保存，会自动重试。", flush=True)
            wait_for_a_save()
    except KeyboardInterrupt:
        pass
    return 0


def wait_for_a_save() -> None:
    """Returns when any file that matters has changed."""

    def saved() -> dict[str, int]:
        folders = (ROOT / "data", ROOT / "docs", ROOT / "macros")
        return {str(f): f.stat().st_mtime_ns for d in folders for f in sorted(d.rglob("*")) if f.is_file()}

    before = saved()
    while saved() == before:
        time.sleep(0.4)


if __name__ == "__main__":
    sys.exit(main())
