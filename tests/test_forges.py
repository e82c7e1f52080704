"""What is committed for GitHub, GitLab and Gitee: templates, owners, and workflows with no right they do not need."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
KINDS = {
    "revision": "修订内容",
    "item": "新增条目",
    "regulation": "法规更新",
    "brand": "品牌文化",
    "tools": "工具",
}
# One commit for each action; the comment beside it says which release that is.
PINNED = {
    "actions/checkout": "de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "actions/upload-artifact": "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "actions/upload-pages-artifact": "fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0",
    "actions/deploy-pages": "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0",
}
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
OWN = re.compile(r"(python3 scripts/|bash \.ci/)")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def workflow(name: str) -> dict[str, Any]:
    return yaml.load(read(f".github/workflows/{name}.yml"), Loader=yaml.BaseLoader)


def steps(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in body["jobs"].items():
        yield from ((name, step) for step in job["steps"])


# ---- Templates and owners ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_a_template_is_the_same_on_every_forge_and_short(name: str) -> None:
    text = read(f".github/PULL_REQUEST_TEMPLATE/{name}.md")
    assert text == read(f".gitlab/merge_request_templates/{KINDS[name]}.md")
    assert text.startswith(f"## {KINDS[name]}\n")
    assert 3 <= text.count("- [ ] ") <= 5
    for everything in (".github/pull_request_template.md", ".gitlab/merge_request_templates/Default.md"):
        assert text in read(everything)
    assert text in read(".gitee/PULL_REQUEST_TEMPLATE.zh-CN.md")


def test_no_other_template_is_about() -> None:
    assert {f.stem for f in (ROOT / ".github/PULL_REQUEST_TEMPLATE").iterdir()} == set(KINDS)
    assert {f.stem for f in (ROOT / ".gitlab/merge_request_templates").iterdir()} == {
        *KINDS.values(),
        "Default",
    }
    guide = read("docs/editing-forge.md")
    assert all(f"| {title} |" in guide for title in KINDS.values())


def test_every_folder_of_content_has_its_reviewers() -> None:
    text = read(".github/CODEOWNERS")
    assert text == read(".gitlab/CODEOWNERS")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    paths = [path for path, _ in rows]
    assert paths[0] == "*" and {"/data/", "/data/regulations/", "/data/culture/", "/docs/"} <= set(paths)
    assert all((ROOT / path.strip("/")).exists() for path in paths[1:])
    assert all(re.fullmatch(r"@handbook/[a-z]+", owner) for _, owner in rows)


def test_contributing_leads_to_the_guide_and_exists_in_both_languages() -> None:
    chinese, english = read("CONTRIBUTING.md"), read("CONTRIBUTING.en.md")
    for page in (ROOT / "docs").glob("editing*.md"):
        assert f"(docs/{page.name})" in chinese
    for link in re.findall(r"\]\(([\w./-]+)\)", chinese + english):
        assert (ROOT / link).exists(), link
    assert "CONTRIBUTING.en.md" in chinese and "CONTRIBUTING.md" in english


# ---- Rights -----------------------------------------------------------------------------------------------------


def test_there_are_the_three_workflows() -> None:
    assert [f.stem for f in WORKFLOWS] == ["changes", "check", "publish"]


@pytest.mark.parametrize("name", ["changes", "check", "publish"])
def test_every_action_is_pinned_to_the_commit_we_looked_up(name: str) -> None:
    text = read(f".github/workflows/{name}.yml")
    used = re.findall(r"uses: ([^@\s]+)@(.+)", text)
    assert used
    assert {(action, pin) for action, pin in used} <= set(PINNED.items())
    assert len(used) == text.count("uses:")


@pytest.mark.parametrize("name", ["changes", "check", "publish"])
def test_a_workflow_starts_with_no_right_and_each_job_names_its_own(name: str) -> None:
    body = workflow(name)
    assert body["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in body["jobs"].values())


def writing(body: dict[str, Any]) -> set[str]:
    return {name for name, job in body["jobs"].items() if "write" in job["permissions"].values()}


def test_a_pull_request_from_outside_sees_no_secret_and_may_not_write() -> None:
    body, text = workflow("check"), read(".github/workflows/check.yml")
    assert set(body["on"]) == {"pull_request", "push"}
    assert writing(body) == set()
    assert {frozenset(job["permissions"].items()) for job in body["jobs"].values()} == {
        frozenset({("contents", "read")})
    }
    assert "secrets" not in text and "token" not in text
    assert all("pull_request_target" not in f.read_text(encoding="utf-8") for f in WORKFLOWS)


@pytest.mark.parametrize(("name", "jobs"), [("changes", {"comment"}), ("publish", {"release", "pages"})])
def test_a_job_that_may_write_runs_no_code_of_the_repository(name: str, jobs: set[str]) -> None:
    body = workflow(name)
    assert writing(body) == jobs
    for job, step in steps(body):
        if job in jobs:
            assert not step.get("uses", "").startswith("actions/checkout@")
            assert not OWN.search(step.get("run", ""))


@pytest.mark.parametrize("name", ["changes", "check", "publish"])
def test_a_checkout_leaves_no_token_behind(name: str) -> None:
    found = [s for _, s in steps(workflow(name)) if s.get("uses", "").startswith("actions/checkout@")]
    assert found
    assert all(step["with"]["persist-credentials"] == "false" for step in found)


@pytest.mark.parametrize("name", ["changes", "check", "publish"])
def test_nothing_that_a_stranger_may_choose_is_pasted_into_a_command(name: str) -> None:
    commands = [step["run"] for _, step in steps(workflow(name)) if "run" in step]
    assert commands
    assert all("${{" not in command for command in commands)


def test_the_comment_is_made_by_the_code_of_main() -> None:
    body = workflow("changes")
    assert set(body["on"]) == {"workflow_run"}
    (checkout,) = (s for _, s in steps(body) if s.get("uses", "").startswith("actions/checkout@"))
    assert "ref" not in checkout["with"] and "repository" not in checkout["with"]
    assert workflow("check")["name"] in body["on"]["workflow_run"]["workflows"]


def commands() -> Iterator[tuple[str, str]]:
    """Every command line of the workflows and pipelines that runs something of ours."""
    for name in ("changes", "check", "publish"):
        for _, step in steps(workflow(name)):
            yield from ((name, line) for line in step.get("run", "").splitlines() if OWN.search(line))
    for name, job in yaml.safe_load(read(".gitlab-ci.yml")).items():
        if isinstance(job, dict):
            yield from ((name, line) for line in job.get("script", ()) if OWN.search(line))


def test_ci_calls_the_projects_own_scripts_and_they_exist() -> None:
    called = {
        match[1] for _, line in commands() for match in re.finditer(r"(scripts/\w+\.py|\.ci/\w+)", line)
    }
    assert called == {"scripts/check.py", "scripts/build.py", ".ci/run", ".ci/table"}
    assert all((ROOT / path).is_file() for path in called)
    for name in ("check", "publish"):
        for job, step in steps(workflow(name)):
            assert "run" not in step or job not in ("check", "test") or OWN.match(step["run"])


def test_gitlab_keeps_its_token_from_forks_and_from_code() -> None:
    text, body = read(".gitlab-ci.yml"), yaml.safe_load(read(".gitlab-ci.yml"))
    jobs = {name: job for name, job in body.items() if isinstance(job, dict) and "script" in job}
    assert set(jobs) == {"检查内容", "全部测试", "网站和PDF", "修订对照表", "评论", "pages"}
    (comment,) = (job for job in jobs.values() if "TOKEN" in str(job))
    assert comment is jobs["评论"] and text.count('"PRIVATE-TOKEN: $HANDBOOK_COMMENT_TOKEN"') == 1
    assert comment["variables"]["GIT_STRATEGY"] == "none" and not OWN.search(str(comment["script"]))
    (rule,) = comment["rules"]
    assert rule["if"] == "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID && $HANDBOOK_COMMENT_TOKEN"
    assert jobs["检查内容"]["artifacts"]["reports"]["codequality"] in jobs["检查内容"]["script"][0]
    assert all(job["stage"] in body["stages"] for job in jobs.values())
    # What GitLab allows there; anything else makes it refuse the whole file.
    names = [job["artifacts"]["expose_as"] for job in jobs.values() if "expose_as" in job.get("artifacts", {})]
    assert len(names) == 2 and all(re.fullmatch(r"[a-zA-Z0-9_][a-zA-Z0-9_ -]*", name) for name in names)
    assert '$CI_COMMIT_REF_PROTECTED == "true"' in jobs["pages"]["rules"][0]["if"]


# ---- Linters ----------------------------------------------------------------------------------------------------


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("zizmor")
    command = [program, "--offline", "--persona=auditor", "--no-progress", "--strict-collection", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_zizmor_finds_no_hole() -> None:
    done = zizmor(ROOT / ".github")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"{file.name}" in done.stderr for file in WORKFLOWS)
    # One thing is known and said: the trigger of the comment.
    assert sum(file.read_text(encoding="utf-8").count("zizmor: ignore") for file in WORKFLOWS) == 1


HOLES = {
    "pull_request:": "pull_request_target:",
    "persist-credentials: false": "persist-credentials: true",
    "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2": "@v6",
    "run: bash .ci/run": "run: echo ${{ github.event.pull_request.title }}",
    "permissions: {}": "permissions: write-all",
}


@pytest.mark.parametrize("right", HOLES)
def test_zizmor_would_find_a_hole(right: str, tmp_path: Path) -> None:
    text = read(".github/workflows/check.yml")
    assert right in text
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/check.yml").write_text(text.replace(right, HOLES[right]), encoding="utf-8")
    assert zizmor(tmp_path).returncode > 10


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> str:
    """actionlint, built at a fixed version; PyPI has only a package that fetches it from elsewhere."""
    if shutil.which("go") is None:
        # GitHub's runners carry Go, and .ci/run installs it on GitLab's: there nothing may be skipped unnoticed.
        assert "true" not in (os.environ.get("GITHUB_ACTIONS"), os.environ.get("GITLAB_CI"))
        pytest.skip("no Go here to build actionlint with")
    folder = tmp_path_factory.mktemp("bin")
    env = os.environ | {"GOBIN": str(folder), "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "auto"}
    done = subprocess.run(["go", "install", ACTIONLINT], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(folder / "actionlint")


def test_actionlint_finds_nothing(actionlint: str) -> None:
    done = subprocess.run([actionlint, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_actionlint_would_find_a_slip(actionlint: str, tmp_path: Path) -> None:
    text = read(".github/workflows/check.yml")
    (tmp_path / "check.yml").write_text(text.replace("needs: check", "needs: chek", 1), encoding="utf-8")
    done = subprocess.run([actionlint, tmp_path / "check.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "chek" in done.stdout


# ---- The comment, as the workflow makes it ----------------------------------------------------------------------

FAKE = """import sys
print("|", " ".join(sys.argv[1:]), "|")
print({text!r})
sys.exit({status})
"""


def git(where: Path, *arguments: str) -> str:
    own = [
        "-c",
        "user.name=编辑",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(["git", *own, *arguments], cwd=where, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def project(where: Path, text: str, status: int = 0) -> Path:
    """A repository with .ci/table and a stand-in for scripts/changes.py."""
    (where / ".ci").mkdir(parents=True)
    (where / "scripts").mkdir()
    shutil.copy(ROOT / ".ci" / "table", where / ".ci" / "table")
    (where / "scripts" / "changes.py").write_text(FAKE.format(text=text, status=status), encoding="utf-8")
    git(where, "init", "--quiet")
    git(where, "add", "-A")
    git(where, "commit", "--quiet", "-m", "first")
    return where


def table(where: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONUTF8": "1"}
    return subprocess.run(
        ["bash", ".ci/table", "old", "new"], cwd=where, env=env, capture_output=True, text=True, check=False
    )


def test_the_comment_says_what_it_is_and_calls_nobody(tmp_path: Path) -> None:
    done = table(project(tmp_path / "p", "第12步·时限 @somebody"))
    assert done.returncode == 0, done.stderr
    first, _, *rest = done.stdout.splitlines()
    assert first.startswith("**修订对照表**") and "不是批准的意见" in first
    assert rest == ["| old new |", "第12步·时限 &#64;somebody"]


def test_the_printable_table_is_named_where_it_was_made_and_never_keeps_the_comment_back(tmp_path: Path) -> None:
    for status, named in ((0, True), (1, False)):
        where = project(tmp_path / str(status), "表")
        # The stand-in fails only where a PDF is asked of it.
        script = where / "scripts" / "changes.py"
        script.write_text(f"import sys\nprint('表')\nsys.exit({status} if '--pdf' in sys.argv else 0)\n", encoding="utf-8")
        done = subprocess.run(
            ["bash", ".ci/table", "old", "new", "table.pdf"],
            cwd=where,
            env=os.environ | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert ("打印用的一份（PDF）" in done.stdout) == named and done.stdout.endswith("\n\n表\n")


def test_a_long_table_is_cut_between_characters_and_says_so(tmp_path: Path) -> None:
    done = table(project(tmp_path / "p", "改" * 50_000))
    assert done.returncode == 0, done.stderr
    assert 59_000 < len(done.stdout.encode()) < 61_000
    assert "\ufffd" not in done.stdout and done.stdout.count("改") > 19_000
    assert done.stdout.endswith("看全部：python3 scripts/changes.py old new\n")


def test_a_table_that_cannot_be_made_fails_the_job(tmp_path: Path) -> None:
    assert table(project(tmp_path / "p", "x", status=1)).returncode != 0


def test_the_step_of_the_workflow_compares_main_with_the_pull_request(tmp_path: Path) -> None:
    """The very lines of changes.yml, in a clone whose origin holds a pull request from outside."""
    origin = project(tmp_path / "origin", "表")
    base = git(origin, "rev-parse", "HEAD")
    git(origin, "checkout", "--quiet", "-b", "fork")
    (origin / "scripts" / "changes.py").write_text(
        "raise SystemExit('code of the pull request ran')\n", encoding="utf-8"
    )
    git(origin, "commit", "--quiet", "-am", "change")
    head = git(origin, "rev-parse", "HEAD")
    git(origin, "update-ref", "refs/pull/7/head", head)
    git(origin, "checkout", "--quiet", "main")
    git(origin, "branch", "--quiet", "-D", "fork")
    (origin / "later").write_text("x", encoding="utf-8")
    git(origin, "add", "-A")
    git(origin, "commit", "--quiet", "-m", "later on main")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", f"file://{origin}", str(clone))
    (make,) = (s for _, s in steps(workflow("changes")) if s.get("id") == "make")
    output, summary = tmp_path / "output", tmp_path / "summary"
    env = os.environ | {
        "NUMBER": "7", "BASE": git(origin, "rev-parse", "main"), "HEAD_SHA": head,
        "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "PYTHONUTF8": "1",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", make["run"]],
        cwd=clone,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = base64.b64decode(output.read_text(encoding="utf-8").removeprefix("table=")).decode()
    assert f"| {base} {head} |\n表\n" in told
    assert summary.read_text(encoding="utf-8") == told
