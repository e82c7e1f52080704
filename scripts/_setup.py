"""Readies the machine before any script runs: the virtual environment, its packages and the PDF's libraries.

Standard library only, and nothing newer than Python 3.7 in the syntax, so that an old Python gets a sentence
instead of a traceback. Set-up talks on stderr; stdout belongs to the scripts.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"base": "requirements.lock", "test": "requirements-test.lock"}
NOT_READY = 3  # exit status of every script when set-up failed
WAIT_LIMIT = 30 * 60  # seconds to wait for another process that is setting up
WINDOWS = os.name == "nt"

# What WeasyPrint asks for on Debian; the libraries below them come along.
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]

PANGO_HELP = """缺少生成 PDF 需要的系统库 Pango（网站不需要它）。请按您的系统安装，再重新运行：
  Debian/Ubuntu：sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  Fedora：       sudo dnf install -y pango harfbuzz
  macOS：        brew install pango
  Windows：      winget install -e --id MSYS2.MSYS2
                 C:\\msys64\\usr\\bin\\bash -lc "pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango"
"""

PYTHON_HELP = """  Debian/Ubuntu：sudo apt-get install -y python3 python3-venv
                 （Ubuntu 22.04：sudo apt-get install -y python3.11 python3.11-venv，再用 python3.11 运行）
  Fedora：       sudo dnf install -y python3
  macOS：        brew install python
  Windows：      winget install -e --id Python.Python.3.13"""


class NotReady(Exception):
    """Set-up cannot go on; the text is for the person at the keyboard."""


# ---- The outside world ---------------------------------------------------------------------------------------


class Machine:
    """What set-up may ask of the computer; tests hand in one of their own."""

    environ = os.environ

    def run(self, command, keep_open=()):
        """Runs a command without input and gives its exit status and all it said."""
        extra = {} if WINDOWS else {"pass_fds": tuple(keep_open)}
        try:
            done = subprocess.run(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", **extra,
            )  # fmt: skip
        except OSError as error:
            return 127, str(error)
        return done.returncode, done.stdout

    def which(self, program):
        """Where a program is, or None."""
        return shutil.which(program)

    def is_root(self):
        """Whether packages may be installed without sudo."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def say(self, text):
        """Tells the person at the keyboard what is going on."""
        print(text, file=sys.stderr, flush=True)


def _apt_prefix(machine):
    """The words to put before apt-get, or None where we may not or cannot install Debian packages."""
    if machine.environ.get("HANDBOOK_NO_INSTALL") == "1" or not machine.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if machine.is_root():
        return quiet
    if machine.which("sudo") and machine.run(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n", *quiet]
    return None


def install_debian(packages, why, machine=None):
    """Installs Debian packages if this user may, saying so first; False where nothing could be installed."""
    machine = machine or Machine()
    prefix = _apt_prefix(machine)
    if prefix is None:
        return False
    machine.say(f"{why}，正在用 apt-get 安装系统软件包：{' '.join(packages)}")
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    if machine.run(install)[0] == 0:
        return True
    # A fresh container has no package lists yet.
    machine.run([*prefix, "apt-get", "update"])
    status, output = machine.run(install)
    if status:
        last = [line for line in output.splitlines() if line.strip()][-1:]
        machine.say("apt-get 没有装上：" + "".join(last))
    return status == 0


# ---- Pango and Chromium ---------------------------------------------------------------------------------------


def _probe_pango():
    """How WeasyPrint finds its libraries: "ok", "partial" (no HarfBuzz subsetting: slow) or "missing"."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        if getattr(sys.modules.get("weasyprint"), "HTML", None) is None:
            del sys.modules[name]  # half imported by a failed try
    try:
        # WeasyPrint prints its own English advice; ours follows in Chinese.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            ffi = importlib.import_module("weasyprint.text.ffi")
    except OSError:
        return "missing"
    return "partial" if getattr(ffi, "harfbuzz_subset", True) is None else "ok"


def native_pdf_problem(machine=None, probe=_probe_pango) -> str | None:
    """None when PDFs can be made here, installing Pango where allowed; else what to type, in Chinese."""
    state = probe()
    if state == "ok":
        return None
    if install_debian(PANGO_PACKAGES, "生成 PDF 需要 Pango", machine):
        state = probe()
    return PANGO_HELP.rstrip() if state == "missing" else None


CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
)


def find_chromium(machine=None) -> str | None:
    """The Chromium that browser tests drive: $CHROMIUM or a well-known name, or None."""
    machine = machine or Machine()
    named = machine.environ.get("CHROMIUM")
    for name in [named] if named else ["chromium", "chromium-browser", "google-chrome", *CHROMIUM_PLACES]:
        found = machine.which(name)
        if found:
            return found
    return None


# ---- The virtual environment ----------------------------------------------------------------------------------


def venv_folder() -> Path:
    """Where the virtual environment lives: $HANDBOOK_VENV or .venv in the project."""
    return Path(os.environ.get("HANDBOOK_VENV") or ROOT / ".venv").absolute()


def venv_python(venv: Path) -> Path:
    """The environment's interpreter."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def stamp(group: str, venv: Path, root: Path = ROOT) -> str:
    """What a ready environment of this group was made from."""
    facts = hashlib.sha256()
    # The test lock is installed over the base one, so either file changing makes the environment stale.
    for name in ["base"] if group == "base" else ["base", group]:
        facts.update((root / LOCKS[name]).read_bytes() + b"\0")
    facts.update(f"{sys.version_info[0]}.{sys.version_info[1]} {sys.platform} {venv}".encode())
    return facts.hexdigest()


def _stamp_file(venv, group):
    return venv / f".handbook-{group}"


def is_ready(group: str, venv: Path, root: Path = ROOT) -> bool:
    """Whether a finished set-up of this group, made from today's lock files, is there."""
    try:
        recorded = _stamp_file(venv, group).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return recorded == stamp(group, venv, root) and venv_python(venv).exists()


@contextlib.contextmanager
def only_one(venv: Path, machine=None):
    """Lets one process at a time set up this environment, and yields the lock's file number.

    The system drops the lock when its holder dies, so a crash never leaves one behind. Commands that are handed the
    file number share the lock: it outlives us until they, too, have stopped writing.
    """
    machine = machine or Machine()
    path = venv.with_name(venv.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file:
        waited = 0.0
        while not _try_lock(file):
            if not waited:
                machine.say("另一个进程正在准备运行环境，等它完成……")
            if waited > WAIT_LIMIT:
                raise NotReady(f"等了 {WAIT_LIMIT // 60} 分钟，另一个进程仍在准备运行环境。请结束它后重试。")
            time.sleep(0.3)
            waited += 0.3
        yield file.fileno()


def _try_lock(file):
    try:
        if WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _need_ensurepip(machine, has_ensurepip):
    """Makes sure virtual environments can be made at all; Debian ships that part separately."""
    if has_ensurepip():
        return
    package = f"python3.{sys.version_info[1]}-venv"
    if install_debian([package], "建立虚拟环境需要 ensurepip", machine):
        importlib.invalidate_caches()
        if has_ensurepip():
            return
    raise NotReady(
        "这个 Python 缺少建立虚拟环境的部件（ensurepip），网站和 PDF 都无法生成。请按您的系统安装，再重新运行：\n"
        + PYTHON_HELP.replace("python3 python3-venv", package)
    )


def _has_ensurepip():
    spec = importlib.util.find_spec("ensurepip")
    return spec is not None and spec.origin is not None  # an empty folder of that name does not count


def _pip_failure(output):
    """One Chinese sentence, and pip's own last lines where they say more than the sentence."""
    text = output.lower()
    if "do not match the hashes" in text or "hash mismatch" in text:
        return "下载的依赖包与锁定文件中的校验值不一致，已停止安装。请检查网络代理或软件包镜像，再重新运行。"
    if "no space left" in text:
        return "磁盘空间不足，依赖包没有装上。请腾出约 500 MB 空间，再重新运行。"
    signs = ("connection", "timed out", "timeout", "name resolution", "retries exceeded", "proxy", "ssl")
    # Without any answer from the network pip also claims that a package has no versions at all.
    if any(sign in text for sign in signs) or "from versions: none" in text:
        return (
            "连接不上软件包源，依赖包没有装上。请检查网络（或代理设置），再重新运行；装好以后不再需要网络。"
        )
    last = [line for line in output.splitlines() if line.strip()][-4:]
    return "依赖包没有装上。pip 的说明：\n  " + "\n  ".join(last)


def set_up(group: str, venv: Path, root: Path = ROOT, machine=None, has_ensurepip=_has_ensurepip) -> None:
    """Makes the environment or brings it up to date; raises NotReady with what to tell the person."""
    machine = machine or Machine()
    with only_one(venv, machine) as lock:
        if is_ready(group, venv, root):
            return  # another process did it while we waited
        _need_ensurepip(machine, has_ensurepip)
        keep = group != "base" and is_ready("base", venv, root)
        # From here until the last line the environment counts as unfinished, whatever interrupts us.
        for name in LOCKS:
            with contextlib.suppress(FileNotFoundError):
                _stamp_file(venv, name).unlink()
        started = time.monotonic()
        machine.say(f"正在准备运行环境（首次约需一分钟）：{venv}")
        if not keep:
            machine.say("  1/2 建立虚拟环境……")
            base = getattr(sys, "_base_executable", None) or sys.executable
            status, output = machine.run([base, "-m", "venv", "--clear", venv], keep_open=[lock])
            if status:
                last = [line for line in output.splitlines() if line.strip()][-3:]
                raise NotReady("虚拟环境没有建成。Python 的说明：\n  " + "\n  ".join(last))
        lines = (root / LOCKS[group]).read_text(encoding="utf-8").splitlines()
        machine.say(f"  2/2 安装 {sum('==' in line for line in lines)} 个依赖包……")
        # Dependencies are still resolved (no --no-deps), so a package missing from the lock is found here.
        status, output = machine.run(
            [venv_python(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
             "--retries", "2", "--require-hashes", "-r", root / LOCKS[group]],
            keep_open=[lock],
        )  # fmt: skip
        if status:
            raise NotReady(_pip_failure(output))
        for name in {"base", group}:  # the test lock contains everything of the base lock
            _stamp_file(venv, name).write_text(stamp(name, venv, root), encoding="ascii")
        machine.say(f"运行环境已就绪（{time.monotonic() - started:.0f} 秒）。")


def _continue_in(python):
    """Starts the same command again under another interpreter and never comes back."""
    command = [str(python), *sys.orig_argv[1:]]
    if sys.platform == "darwin":
        # Homebrew's libraries are outside the loader's usual path; this must be set before a process starts.
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execv(command[0], command)
    # Windows' exec returns to the shell too early.
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        sys.exit(130)


def speak_chinese() -> None:
    """Lets Chinese text through where the console or a redirection claims another encoding."""
    for stream in (sys.stdout, sys.stderr):
        try:
            "汉字□✓".encode(stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")


def ensure(group: str = "base") -> None:
    """Returns only inside the project's ready environment; the first call of every script."""
    speak_chinese()
    try:
        if sys.version_info < (3, 11):  # noqa: UP036 (this is the file that must run on older ones)
            raise NotReady(
                f"需要 Python 3.11 或更高版本，现在用的是 {sys.version.split()[0]}（{sys.executable}）。请安装：\n"
                + PYTHON_HELP
            )
        venv = venv_folder()
        inside = Path(sys.prefix).resolve() == venv.resolve()
        if not is_ready(group, venv):
            if inside and WINDOWS:
                # Windows cannot replace the interpreter that is running.
                _continue_in(sys._base_executable)
            set_up(group, venv)
        if not inside:
            _continue_in(venv_python(venv))
    except NotReady as problem:
        print(f"准备运行环境失败：{problem}", file=sys.stderr)
        sys.exit(NOT_READY)
    except OSError as error:
        print(
            f"准备运行环境失败：无法读写 {error.filename or venv_folder()}（{error.strerror or error}）。"
            "可用环境变量 HANDBOOK_VENV 另指定一个能写的文件夹。",
            file=sys.stderr,
        )
        sys.exit(NOT_READY)
    except KeyboardInterrupt:
        print("\n已中断。下次运行会重新准备运行环境。", file=sys.stderr)
        sys.exit(130)


# ---- Command lines in Chinese ---------------------------------------------------------------------------------

_ARGPARSE = (
    ("unrecognized arguments: ", "没有这个参数："),
    ("the following arguments are required: ", "缺少参数："),
    ("expected one argument", "后面要跟一个值"),
    ("expected at least one argument", "后面至少要跟一个值"),
    ("ignored explicit argument ", "不能带值 "),
    ("not allowed with argument ", "不能同时使用 "),
    ("invalid choice: ", "没有这个选择："),
    ("(choose from ", "（可选："),
    ("argument ", "参数 "),
)


class Parser(argparse.ArgumentParser):
    """A command line whose help and complaints are in Chinese and whose help ends with an example."""

    def __init__(self, description: str, example: str, **more):
        super().__init__(
            description=description, epilog=f"例：{example}", add_help=False, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter, **more,
        )  # fmt: skip
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def format_help(self):
        """The help with a Chinese heading."""
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message):
        """Ends with one Chinese sentence and the way to the help."""
        for english, chinese in _ARGPARSE:
            message = message.replace(english, chinese)
        print(f"{message}。用 --help 查看说明。", file=sys.stderr)
        sys.exit(2)
