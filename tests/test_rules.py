"""The rules: all registered, all told in Chinese, and silent about what is right."""

from __future__ import annotations

import inspect as inspecting
import re
from pathlib import Path

import pytest
from handbooks import changed

from macros import catalogue, rules
from macros.catalogue import Catalogue
from macros.rules import consistency, links, pitfalls, procedures, prose, safety

MODULES = (links, procedures, consistency, pitfalls, prose, safety)
DO = "do: [组织委员清点人数。]"


def test_every_rule_is_registered_once_in_the_order_it_is_written() -> None:
    for module in MODULES:
        written = [
            f for f in vars(module).values() if inspecting.isgeneratorfunction(f) and is_rule(f, module)
        ]
        assert list(module.RULES) == written
    assert tuple(rule for module in MODULES for rule in module.RULES) == rules.RULES
    assert len({rule.__name__ for rule in rules.RULES}) == len(rules.RULES) > 40


def is_rule(function: object, module: object) -> bool:
    return (
        function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and list(inspecting.signature(function).parameters) == ["scope"]
        and bool(re.search("[\u4e00-\u9fff]", function.__doc__ or ""))
    )


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda r: r.__name__)
def test_a_rule_is_one_chinese_sentence_in_its_docstring(rule) -> None:
    assert re.fullmatch(r".*[\u4e00-\u9fff].*[。）]", rule.__doc__), rule.__doc__
    assert len(rule.__doc__) <= 110


def test_the_regulations_that_rules_are_about_exist(catalogue: Catalogue) -> None:
    for ident in (pitfalls.DEVELOPMENT, pitfalls.CONSTITUTION, pitfalls.BRANCH, pitfalls.INSPECTION):
        assert catalogue.entries[ident].kind == "regulation"
        assert catalogue.entries[ident].item.state == "现行"
    for ident, name, _, wrong, right in pitfalls.MISCITED:
        entry = catalogue.entries[ident]
        assert entry.item.short == name
        assert wrong not in right


def found(root: Path, text: str) -> list[str]:
    """What the check says when a step says this."""
    tree = changed(
        root, [{"in": "data/procedures/meeting.yaml", "find": DO, "put": f"do:\n          - {text}"}]
    )
    return [p.message for p in catalogue.inspect(tree)[1]]


RIGHT = [
    "临时党支部一般不发展党员，不收缴党费。",
    "临时党支部的党员向原党支部交纳党费。",
    "到会人数不少于应到会人数的4/5，会议有效。",
    "赞成票超过应到会有表决权党员的半数，不按实到会人数计算。",
    "赞成票超过应到会有选举权人数的半数的，当选。",
    "党总支审议后，报有审批权限的党委审批预备党员。",
    "党总支不能审批预备党员。",
    "发展对象参加不少于3天或者不少于24学时的集中培训。",
    "支部委员会任期一般为3年。",
    "支部书记在任期届满前2个月提出换届请示。",
    "支委会有半数以上委员到会方可进行。",
    "上级党委同意后公示，再列为发展对象。",
    "党委审批后，报上级党委组织部门备案。",
    "支委会研究确定入党积极分子，报上级党委备案。",
    "党费按全额套一个比例，不按超额累进计算。",
    "巡视反馈后1个月内报整改方案。",
    "按2026年《发展党员工作细则》办理。",
    "25个步骤的名称出自流程图。",
    "组织委员在8:30前到场，带1.5升水。",
    "组织委员打开 https://www.12371.cn/a?b=c 学习。",
    "组织委员登记中组发〔2008〕3号文件，内容是……。",
    "组织委员问：“都到齐了吗？”",
    "组织委员收入党志愿书。",
    "组织委员写明GB/T 9704—2012的要求。",
]  # fmt: skip

WRONG = {
    "已确定的人作为发展对象，报党委备案。": "备案",
    "发展对象人选报上级党委备案。": "备案",
    "按细则的二十五个步骤办理。": "步骤数",
    "按规定的25步办理。": "步骤数",
    "表决以实到人数过半为通过。": "实到",
    "到会人数超过应到会人数的4/5，可以开会。": "超过",
    "支部每届任期两年。": "2年",
    "支部委员会任期为1至2年。": "2年",
    "支部委员会有2/3委员到会才能开会。": "2/3",
    "临时党支部可以接收预备党员。": "临时党支部",
    "临时党支部组织换届。": "临时党支部",
    "预备党员转正由党总支批准。": "审批权",
    "党组审批预备党员。": "审批权",
    "入党前参加40学时的集中培训。": "集中培训",
    "巡视反馈后两个月内报告整改情况。": "整改",
    "按照发展党员工作细则（2014年）办理。": "废止",
    "按照2014年发展党员工作细则办理。": "废止",
    "按党章第五十二条使用党徽。": "党章",
}


def test_what_is_right_is_not_flagged(tmp_path: Path) -> None:
    for n, text in enumerate(RIGHT):
        assert found(tmp_path / str(n), f"'{text}'" if ": " in text else text) == [], text


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_in_other_words_is_found_once(text: str, tmp_path: Path) -> None:
    told = found(tmp_path, text)
    assert len(told) == 1 and WRONG[text] in told[0], told


@pytest.mark.parametrize("text", WRONG)
def test_the_wrong_half_of_a_mistake_and_a_note_on_history_may_say_it(text: str, tmp_path: Path) -> None:
    file = "data/procedures/meeting.yaml"
    edits = [
        {
            "in": file,
            "find": "wrong: 按实到会人数过半计算，引2014年《发展党员工作细则》。",
            "put": f"wrong: {text}",
        }
    ]
    assert catalogue.inspect(changed(tmp_path, edits))[1] == ()


def test_the_real_handbook_is_free_of_problems(root: Path) -> None:
    assert "\n".join(map(str, catalogue.inspect(root)[1])) == ""
