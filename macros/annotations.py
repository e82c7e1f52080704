"""Problems as forges read them: GitHub's workflow commands and GitLab's code-quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator

from .problems import Problem

TITLE = "内容检查"


def github(problems: Iterable[Problem]) -> Iterator[str]:
    """One workflow command a problem; GitHub shows it beside the line in the pull request."""
    for p in problems:
        level = "warning" if p.warning else "error"
        title = _property(p.where or TITLE)
        yield f"::{level} file={_property(p.path)},line={p.line},title={title}::{_data(_text(p))}"


def gitlab(problems: Iterable[Problem]) -> str:
    """The report as a JSON list; a fingerprint holds while lines move, so that an old problem is not called new."""
    seen: Counter[tuple[str, str, str]] = Counter()
    rows = []
    for p in problems:
        key = (p.path, p.where, p.message)
        name = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        rows.append(
            {
                "description": f"{p.where}：{_text(p)}" if p.where else _text(p),
                "check_name": p.rule or "handbook",
                "fingerprint": hashlib.sha256(name.encode()).hexdigest(),
                "severity": "minor" if p.warning else "major",
                "location": {"path": p.path, "lines": {"begin": p.line}},
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _text(problem: Problem) -> str:
    return f"{problem.message}。建议：{problem.hint}" if problem.hint else problem.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
