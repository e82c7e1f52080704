"""Setting the machine up: nothing half made is trusted, and every failure says what to type."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import _setup

ROOT = Path(__file__).resolve().parent.parent
HASHED = "--hash=sha256:0\n"
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has neither flock nor apt")


class FakeMachine(_setup.Machine):
    """A computer on which commands only seem to run."""

    def __init__(self, programs=(), root=False, fails=None, output="", **environ):
        self.programs, self.root, self.environ = set(programs), root, environ
        self.fails, self.output = fails or (lambda command: False), output
        self.commands, self.said = [], []

    def run(self, command, keep_open=()):
        """Notes the command, and makes the interpreter a real venv command would have made."""
        command = [str(part) for part in command]
        self.commands.append(command)
        if self.fails(command):
            return 1, self.output
        if "venv" in command:
            python = _setup.venv_python(Path(command[-1]))
            python.parent.mkdir(parents=True, exist_ok=True)
            python.write_text("")
        return 0, ""

    def which(self, program):
        """Only the programs this computer was given."""
        return program if program in self.programs else None

    def is_root(self):
        """As asked for."""
        return self.root

    def say(self, text):
        """Keeps what would have been shown."""
        self.said.append(text)

    def used(self, word):
        """The commands with this word."""
        return [command for command in self.commands if word in command]


@pytest.fixture
def project(tmp_path):
    """A project of two lock files."""
    for name in _setup.LOCKS.values():
        (tmp_path / name).write_text(f"thing==1 {HASHED}")
    return tmp_path


def set_up(project, machine, group="base"):
    _setup.set_up(group, project / ".venv", project, machine, has_ensurepip=lambda: True)


def ready(project, group="base"):
    return _setup.is_ready(group, project / ".venv", project)


# ---- The environment -----------------------------------------------------------------------------------------


def test_a_new_checkout_is_not_ready_and_becomes_so(project):
    assert not ready(project)
    set_up(project, FakeMachine())
    assert ready(project)


def test_packages_are_installed_with_their_hashes_checked(project):
    machine = FakeMachine()
    set_up(project, machine)
    (install,) = machine.used("install")
    assert "--require-hashes" in install and install[-1] == str(project / "requirements.lock")


def test_the_stamp_changes_when_the_lock_changes(project):
    set_up(project, FakeMachine())
    (project / "requirements.lock").write_text(f"thing==2 {HASHED}")
    assert not ready(project)


def test_the_stamp_changes_with_the_python_version(project, monkeypatch):
    before = _setup.stamp("base", project / ".venv", project)
    monkeypatch.setattr(_setup.sys, "version_info", (3, 99, 0))
    assert _setup.stamp("base", project / ".venv", project) != before


def test_a_changed_base_lock_makes_the_test_environment_stale_too(project):
    set_up(project, FakeMachine(), "test")
    assert ready(project, "test") and ready(project, "base")
    (project / "requirements.lock").write_text(f"thing==2 {HASHED}")
    assert not ready(project, "test")


def test_tests_are_added_to_a_ready_environment_without_starting_over(project):
    set_up(project, FakeMachine())
    machine = FakeMachine()
    set_up(project, machine, "test")
    assert not machine.used("venv")
    assert machine.used("install")[0][-1].endswith("requirements-test.lock")


def test_a_stale_environment_is_made_anew_so_that_dropped_packages_are_gone(project):
    set_up(project, FakeMachine())
    (project / "requirements.lock").write_text(f"thing==2 {HASHED}")
    machine = FakeMachine()
    set_up(project, machine)
    assert "--clear" in machine.used("venv")[0]


def test_an_interrupted_set_up_is_redone(project):
    def interrupted(command):
        if "install" in command:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        set_up(project, FakeMachine(fails=interrupted))
    assert not ready(project)
    machine = FakeMachine()
    set_up(project, machine)
    assert machine.used("venv") and ready(project)


def test_adding_the_tests_and_being_interrupted_leaves_nothing_half_trusted(project):
    set_up(project, FakeMachine())
    with pytest.raises(_setup.NotReady):
        set_up(project, FakeMachine(fails=lambda command: "install" in command), "test")
    assert not ready(project, "base") and not ready(project, "test")


def test_an_environment_whose_python_was_uninstalled_is_not_ready(project):
    set_up(project, FakeMachine())
    _setup.venv_python(project / ".venv").unlink()
    assert not ready(project)


def test_a_damaged_stamp_counts_as_none(project):
    set_up(project, FakeMachine())
    (project / ".venv" / ".handbook-base").write_bytes(b"\xff\xfe")
    assert not ready(project)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not find a version (from versions: none)", "检查网络"),
        ("NewConnectionError: Temporary failure in name resolution", "检查网络"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "校验值不一致"),
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("error: Microsoft Visual C++ is required", "Microsoft Visual C++"),
    ],
)
def test_a_failed_installation_is_explained_in_chinese(project, output, sentence):
    with pytest.raises(_setup.NotReady, match=re.escape(sentence)):
        set_up(project, FakeMachine(fails=lambda command: "install" in command, output=output))


# ---- Two at once ---------------------------------------------------------------------------------------------


def test_of_two_set_ups_at_once_only_one_works_and_the_other_waits(project):
    first, second = FakeMachine(), FakeMachine()

    def slow(command):
        time.sleep(0.4)
        return False

    first.fails = slow
    thread = threading.Thread(target=set_up, args=(project, first))
    thread.start()
    time.sleep(0.2)
    set_up(project, second)
    thread.join()
    assert first.used("install") and not second.commands
    assert any("另一个进程" in sentence for sentence in second.said)


@posix_only
def test_a_lock_held_by_a_dead_process_is_broken(project):
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import _setup; from pathlib import Path\n"
        "with _setup.only_one(Path(sys.argv[2])):\n    print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT / "scripts"), str(project / ".venv")], stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with (project / ".venv.lock").open("a+b") as file:
            assert not _setup._try_lock(file)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    set_up(project, FakeMachine())
    assert ready(project)


@posix_only
def test_the_lock_lives_as_long_as_the_installation_a_dead_process_left_behind(project):
    with _setup.only_one(project / ".venv") as number:
        orphan = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[number])
    with orphan, (project / ".venv.lock").open("a+b") as file:
        assert not _setup._try_lock(file)
        orphan.communicate(b"\n")
        assert _setup._try_lock(file)


# ---- System packages -----------------------------------------------------------------------------------------


def problem(machine, *states):
    """What native_pdf_problem says when its probes answer one after the other."""
    answers = iter(states)
    return _setup.native_pdf_problem(machine, probe=lambda: next(answers))


def test_nothing_is_installed_where_pango_is_there():
    machine = FakeMachine(["apt-get"], root=True)
    assert problem(machine, "ok") is None
    assert not machine.commands


def test_root_on_debian_gets_pango_installed_after_being_told():
    machine = FakeMachine(["apt-get"], root=True)
    assert problem(machine, "missing", "ok") is None
    assert "libpango-1.0-0" in machine.used("apt-get")[0]
    assert "正在用 apt-get 安装" in machine.said[0]


def test_password_less_sudo_is_used_but_never_asks():
    machine = FakeMachine(["apt-get", "sudo"])
    assert problem(machine, "missing", "ok") is None
    assert machine.commands[0] == ["sudo", "-n", "true"]
    assert machine.used("apt-get")[0][:2] == ["sudo", "-n"]


def test_sudo_with_a_password_is_left_alone():
    machine = FakeMachine(["apt-get", "sudo"], fails=lambda command: command[0] == "sudo")
    assert "sudo apt-get install" in problem(machine, "missing")
    assert not machine.used("apt-get")


def test_no_apt_when_forbidden():
    machine = FakeMachine(["apt-get", "sudo"], root=True, HANDBOOK_NO_INSTALL="1")
    assert problem(machine, "missing")
    assert not machine.commands


def test_missing_package_lists_are_fetched_and_the_installation_is_tried_again():
    tries = iter([True, False])
    machine = FakeMachine(["apt-get"], root=True, fails=lambda command: "install" in command and next(tries))
    assert problem(machine, "missing", "ok") is None
    assert len(machine.used("install")) == 2 and len(machine.used("update")) == 1


def test_the_message_lists_all_four_systems_with_a_command_each():
    text = problem(FakeMachine(), "missing")
    for system, command in {
        "Debian/Ubuntu": "apt-get install", "Fedora": "dnf install", "macOS": "brew install", "Windows": "pacman -S",
    }.items():  # fmt: skip
        assert system in text and command in text


def test_pdfs_are_made_without_the_optional_library_where_it_cannot_be_had():
    assert problem(FakeMachine(), "partial") is None


def test_missing_libraries_do_not_end_in_weasyprints_english(monkeypatch, capsys):
    def broken(name):
        print("WeasyPrint could not import some external libraries.")
        raise OSError("cannot load library")

    monkeypatch.setattr(_setup.importlib, "import_module", broken)
    assert _setup._probe_pango() == "missing"
    assert capsys.readouterr().out == ""


def test_without_ensurepip_nothing_can_be_built_and_all_systems_are_named(project):
    with pytest.raises(_setup.NotReady) as raised:
        _setup.set_up("base", project / ".venv", project, FakeMachine(), has_ensurepip=lambda: False)
    text = str(raised.value)
    assert all(system in text for system in ("Debian", "Fedora", "macOS", "Windows"))
    assert f"python3.{sys.version_info[1]}-venv" in text


def test_ensurepip_is_installed_where_that_is_allowed(project):
    machine, answers = FakeMachine(["apt-get"], root=True), iter([False, True])
    _setup.set_up("base", project / ".venv", project, machine, has_ensurepip=lambda: next(answers))
    assert ready(project)


# ---- Whole runs ----------------------------------------------------------------------------------------------


def run_script(tmp_path, code, *arguments, **environ):
    """Runs a script that starts with ensure(), as a newcomer would, with its environment elsewhere."""
    script = tmp_path / "script.py"
    script.write_text(f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r})\nimport _setup\n{code}")
    base = getattr(sys, "_base_executable", sys.executable)
    environ = {**os.environ, "PYTHONUTF8": "1", **environ}
    return subprocess.run(
        [base, script, *arguments], env=environ, capture_output=True, encoding="utf-8", timeout=60
    )


def test_a_ready_environment_runs_the_script_with_its_arguments_and_without_network(tmp_path):
    elsewhere = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", elsewhere], check=True)
    (elsewhere / ".handbook-base").write_text(_setup.stamp("base", elsewhere))
    code = "_setup.ensure()\nprint(sys.prefix, sys.argv[1:])"
    done = run_script(tmp_path, code, "甲 乙", "--丙", HANDBOOK_VENV=str(elsewhere))
    assert done.stdout == f"{elsewhere} ['甲 乙', '--丙']\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_a_place_that_cannot_be_written_gives_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_script(tmp_path, "_setup.ensure()", HANDBOOK_VENV=str(tmp_path / "file" / "venv"))
    assert done.returncode == 3
    assert "HANDBOOK_VENV" in done.stderr and "Traceback" not in done.stderr


def test_an_old_python_gets_a_sentence_with_commands(tmp_path):
    done = run_script(tmp_path, "sys.version_info = (3, 9, 0)\n_setup.ensure()")
    assert done.returncode == 3
    assert "需要 Python 3.11" in done.stderr and "brew install python" in done.stderr


@pytest.mark.parametrize("name", ["test.py", "lock.py", "fonts.py"])
def test_every_script_explains_itself_in_chinese_with_an_example(name):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / name, "--help"], capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0
    assert done.stdout.startswith("用法：") and f"例：python3 scripts/{name}" in done.stdout
    assert "usage" not in done.stdout and "options" not in done.stdout


def test_a_wrong_argument_is_answered_in_chinese(capsys):
    with pytest.raises(SystemExit) as raised:
        _setup.Parser("说明。", "python3 x.py").parse_args(["--nonsense"])
    assert raised.value.code == 2
    assert capsys.readouterr().err == "没有这个参数：--nonsense。用 --help 查看说明。\n"


def test_the_browser_named_in_the_environment_is_the_only_one_tried():
    assert _setup.find_chromium(FakeMachine(["chromium"])) == "chromium"
    assert _setup.find_chromium(FakeMachine(["chromium", "mine"], CHROMIUM="mine")) == "mine"
    assert _setup.find_chromium(FakeMachine(["chromium"], CHROMIUM="gone")) is None


@pytest.mark.parametrize(("ci", "status", "sentence"), [("true", 3, "不允许跳过"), ("", 0, "跳过浏览器测试")])
def test_without_a_browser_its_tests_are_skipped_aloud_but_never_in_ci(ci, status, sentence):
    environ = {**os.environ, "CI": ci, "CHROMIUM": "/nowhere", "HANDBOOK_NO_INSTALL": "1"}
    command = [sys.executable, ROOT / "scripts" / "test.py", "--version"]
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, sentence in done.stderr) == (status, True), done.stderr


# ---- The lock files ------------------------------------------------------------------------------------------


def locked(name):
    """The pinned versions of a lock file."""
    return {line.rstrip("\\ ") for line in (ROOT / name).read_text().splitlines() if re.match(r"[a-z]", line)}


def test_the_test_lock_contains_the_base_lock():
    assert locked("requirements.lock") < locked("requirements-test.lock")


def test_every_locked_package_has_hashes():
    for name in _setup.LOCKS.values():
        for entry in re.split(r"\n(?=[a-z])", (ROOT / name).read_text())[1:]:  # after the header
            assert "--hash=sha256:" in entry, entry


def test_the_lock_files_were_made_from_todays_project_file():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "lock.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_lock_files_name_no_place():
    for name in _setup.LOCKS.values():
        assert not re.search(r"https?:|/", (ROOT / name).read_text().replace("scripts/lock.py", ""))
