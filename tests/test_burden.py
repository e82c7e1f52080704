"""What the handbook asks of each role in a year."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from macros import burden
from macros.kinds.checklist import Duty


def duty(**more) -> Duty:
    given = {"id": "x", "title": "开会", "by": ["secretary"], "cadence": {"every": "月"}, "basis": [{"state": "REC"}]}
    return Duty.model_validate(given | more)


def small(**checklists) -> SimpleNamespace:
    entries = tuple(
        SimpleNamespace(id=name, item=SimpleNamespace(duties=tuple(found)), kind="checklist")
        for name, found in checklists.items()
    )
    return SimpleNamespace(of=lambda kind: entries, memo={})


def test_a_year_is_times_by_minutes():
    meeting = duty(minutes="60", evidence=["meeting-record", "notice"])
    c = small(daily=[meeting, duty(id="y", cadence={"every": "季度"}, minutes="30")])
    assert burden.load(c, "secretary") == burden.Load("secretary", 12, 24, 12 * 60 + 4 * 30, 0)
    assert burden.load(c, "secretary").hours == 14


def test_the_same_duty_in_two_checklists_counts_once_for_a_role():
    meeting = duty(minutes="60", evidence=["meeting-record"])
    again = duty(id="again", same="daily/x", by=["secretary", "member"], cadence=None, basis=[]).like(meeting)
    c = small(daily=[meeting], roles=[again])
    assert burden.load(c, "secretary").minutes == 720
    assert burden.load(c, "member") == burden.Load("member", 12, 0, 720, 0)


def test_what_depends_on_events_is_counted_apart():
    c = small(daily=[duty(cadence={"every": "事项发生时", "event": "有人申请"}, minutes="60")])
    assert burden.load(c, "secretary") == burden.Load("secretary", 0, 0, 0, 1)


def test_a_duty_says_things_once():
    with pytest.raises(ValueError, match="写了 same，又写了 cadence"):
        duty(same="daily/x", basis=[])
    with pytest.raises(ValueError, match="缺少多久一次"):
        duty(cadence=None)


def test_the_real_year_adds_up(catalogue):
    duties = burden.duties(catalogue)
    assert len(duties) > 60
    keys = [(e.id, d.id) for e, d, _ in duties]
    assert len(keys) == len(set(keys))
    secretary = burden.load(catalogue, "branch-secretary")
    assert secretary.meetings >= 12 + 4 + 1  # 支委会、党员大会、组织生活会
    assert secretary.hours * 60 == pytest.approx(secretary.minutes, abs=30)
