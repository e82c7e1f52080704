"""Git as the scripts need it: states of the project as folders, and what was said about changes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from pathlib import Path


class NoRevision(Exception):
    """A state of the project cannot be had; the text is Chinese and complete."""


def git(root: Path, *arguments: str) -> str:
    """What a git command prints; raises NoRevision with git's own words where it fails."""
    return _raw(root, *arguments).decode("utf-8", "replace")


def _raw(root: Path, *arguments: str) -> bytes:
    command = ["git", "-c", "core.quotePath=off", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})
    except OSError:
        raise NoRevision("这台电脑上没有 git，请先安装") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        if "not a git repository" in words:
            raise NoRevision(f"{root} 不在 git 仓库里。用 git clone 取得手册，不要下载压缩包")
        raise NoRevision(f"git 没有做成：{words}")
    return done.stdout


def known(root: Path, revision: str) -> str:
    """The commit of a revision; raises NoRevision where there is none."""
    try:
        return git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except NoRevision as error:
        if "git 没有做成：" in str(error):
            raise NoRevision(_unknown(root, revision)) from None
        raise


def _unknown(root: Path, revision: str) -> str:
    """Why git may not know a revision, and what to do."""
    if (root / "data" / "history" / f"{revision}.yaml").is_file():
        hint = f"取回标签：git fetch --tags；从来没有打过的，给那一版的提交打上：git tag -a {revision} 提交号"
        return f"{revision}版有记录，没有标签。{hint}"
    if (root / ".git" / "shallow").is_file():
        return f"没有“{revision}”这个版本。这里只取了最近几次提交，先运行 git fetch --unshallow --tags"
    return f"没有“{revision}”这个版本。写版次标签（如 2026.1）、分支名、提交号，或里面有 data/ 的文件夹"


def named(root: Path, revision: str) -> str:
    """What readers call a revision: a commit by the head of its number and its day."""
    if not re.fullmatch(r"[0-9a-f]{12,40}", revision):
        return revision
    return git(root, "log", "-1", "--format=%h（%cs）", revision, "--").strip()


def export(root: Path, revision: str, folder: Path) -> None:
    """Writes data/ and docs/ of a revision into a folder."""
    commit = known(root, revision)
    names = [n for n in ("data", "docs") if git(root, "ls-tree", "--name-only", commit, "--", n).strip()]
    if "data" not in names:
        raise NoRevision(f"“{revision}”里没有 data/，不是这本手册")
    with tarfile.open(
        fileobj=io.BytesIO(_raw(root, "archive", "--format=tar", commit, "--", *names))
    ) as archive:
        for member in archive.getmembers():
            # Links are left out: nothing in a revision may point out of its folder.
            if (
                member.isfile()
                and member.name.endswith((".yaml", ".md"))
                and ".." not in member.name.split("/")
            ):
                file = folder / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(archive.extractfile(member).read())


def said(root: Path, base: str, head: str) -> dict[str, tuple[str, str]]:
    """Path of each changed file -> (reason, authority) from the lines 理由： and 依据： of the commits' messages."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    log = git(
        root,
        "log",
        "--reverse",
        "--format=%x1e%B%x1f",
        "--name-only",
        "--relative",
        f"{base}..{head}",
        "--",
        "data",
        "docs",
    )
    for commit in log.split("\x1e")[1:]:
        message, _, names = commit.partition("\x1f")
        told = [re.findall(rf"^{word}[：:] *(\S.*?) *$", message, re.M) for word in ("理由", "依据")]
        for name in filter(None, names.split("\n")):
            for texts, more in zip(found.setdefault(name, ([], [])), told, strict=True):
                texts += [t for t in more if t not in texts]
    return {
        name: ("；".join(why), "；".join(authority))
        for name, (why, authority) in found.items()
        if why or authority
    }


def unsaved(root: Path) -> list[str]:
    """Files that differ from the last commit, or that git does not know."""
    return [
        line[3:]
        for line in git(root, "status", "--porcelain", "--untracked-files=normal").split("\n")
        if line
    ]
