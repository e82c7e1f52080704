"""The flow chart: everything is in it once, nothing leaves the sheet, and its words say the same."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from macros.flowchart import charts, description
from macros.flowchart.measure import em, wrap
from macros.flowchart.words import chinese
from macros.kinds.procedure import Procedure

SVG = "{http://www.w3.org/2000/svg}"
ROLES = {
    "applicant": "入党申请人", "party-branch": "党支部", "branch-committee": "支部委员会", "superior-committee": "上级党委",
    "mentor": "培养联系人", "prospect": "发展对象", "introducer": "入党介绍人", "branch-congress": "支部党员大会",
    "higher-organisation-department": "上级组织部门", "probationary-member": "预备党员", "member": "党员",
    "secretary": "支部书记", "officer": "组织委员", "a": "甲", "b": "乙",
}  # fmt: skip

# 发展党员: stages with their steps as (id, title, by, with, decisions as (when, then, to)).
DEVELOPMENT = {
    "申请入党": [
        ("apply", "递交入党申请书", "applicant", "party-branch", []),
        ("talk", "党组织派人谈话", "party-branch", "applicant", []),
    ],
    "入党积极分子的确定和培养教育": [
        ("recommend", "推荐和确定入党积极分子", "branch-committee", "party-branch member", [("多数委员不同意", "退回", "talk")]),
        ("file", "上级党委备案", "superior-committee", "party-branch", [("材料不齐", "退回", "recommend")]),
        ("mentor", "指定培养联系人", "party-branch", "", []),
        ("train", "培养教育考察", "party-branch mentor", "applicant", [("不再具备条件", "结束", None)]),
    ],
    "发展对象的确定和考察": [
        ("choose", "确定发展对象", "branch-committee", "party-branch mentor", [("意见不集中", "退回", "train")]),
        ("consent", "报上级党委同意并公示", "superior-committee", "party-branch", [("公示有异议且查实影响入党", "退回", "choose")]),
        ("introducer", "确定入党介绍人", "party-branch", "prospect introducer", []),
        ("review", "政治审查", "party-branch superior-committee", "", [("政治审查不合格", "结束", None)]),
        ("course", "开展集中培训", "superior-committee", "prospect", [("未经培训或者考试不合格", "退回", "course")]),
    ],
    "预备党员的接收": [
        ("examine", "支部委员会审查", "branch-committee", "", [("材料不全", "退回", "examine"), ("不合格", "结束", None)]),
        ("preview", "上级党委预审", "superior-committee", "", [("预审没有通过", "退回", "examine")]),
        ("form", "填写入党志愿书", "prospect", "introducer", []),
        ("vote", "支部大会讨论接收预备党员并作出决议", "branch-congress", "introducer prospect", [("赞成票没有超过半数", "结束", None)]),
        ("interview", "上级党委派人谈话", "superior-committee", "prospect", []),
        ("approve", "上级党委审批", "superior-committee", "", [("谈话发现填写不实", "退回", "form"), ("不批准", "结束", None)]),
        ("report", "再上一级党委组织部门备案", "higher-organisation-department", "superior-committee", []),
    ],
    "预备党员的教育考察和转正": [
        ("group", "编入党支部和党小组", "party-branch", "probationary-member", []),
        ("oath", "入党宣誓", "party-branch", "probationary-member", []),
        ("educate", "继续教育考察", "party-branch introducer", "probationary-member", []),
        ("request", "提出转正申请", "probationary-member", "", []),
        ("full", "支部大会讨论预备党员转正", "branch-congress", "party-branch",
         [("需要继续考察和教育", "退回", "educate"), ("不履行党员义务、不具备党员条件", "转到", "approve-full")]),
        ("approve-full", "上级党委审批", "superior-committee", "", [("材料不符合要求", "退回", "full")]),
        ("archive", "材料归档", "party-branch", "superior-committee", []),
    ],
}  # fmt: skip


def step(ident: str, title: str, by: str = "a", with_: str = "", decisions=(), **more) -> dict:
    ways = [{"when": w, "then": t} | ({"to": to} if to else {}) for w, t, to in decisions]
    given = {"id": ident, "title": title, "by": by.split(), "with": with_.split(), "do": "做", "decisions": ways}
    return given | {"basis": [{"state": "REC"}]} | more


def procedure(*stages: list[dict], title: str = "样本程序", names: tuple[str, ...] = ()) -> Procedure:
    given = [{"id": f"stage-{n}", "title": names[n - 1] if names else f"阶段{n}", "steps": s} for n, s in enumerate(stages, 1)]
    head = {
        "id": "sample", "title": title, "code": "CX-01", "chapter": "c", "owner": "a", "reviewed": "2026-11-22",
        "layer": "管理程序", "purpose": "办事", "scope": "支部", "start": "要办事时", "basis": [{"state": "REC"}],
    }  # fmt: skip
    return Procedure.model_validate(head | {"stages": given})


@pytest.fixture(scope="module")
def development() -> Procedure:
    return development_sample()


def development_sample() -> Procedure:
    stages = [[step(*s) for s in steps] for steps in DEVELOPMENT.values()]
    return procedure(*stages, title="发展党员", names=tuple(DEVELOPMENT))


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svgs, class_: str) -> list[str]:
    return ["".join(node.itertext()) for svg in svgs for node in parse(svg).iter() if class_ in node.get("class", "").split()]


def stations(svg: str) -> list[tuple[float, float]]:
    """The places of the numbered stations of one drawing."""
    circles = [a.find(f"{SVG}circle") for a in parse(svg).iter(f"{SVG}a")]
    return [(float(c.get("cx")), float(c.get("cy"))) for c in circles]


def lane_x(svg: str) -> dict[str, float]:
    """Where each lane of one drawing stands, by its title."""
    guides = [float(re.match(r"M([\d.]+)", p.get("d"))[1]) for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-guide"]
    return dict(zip(texts([svg], "fc-lane"), guides, strict=True))


# ---- What is in it -----------------------------------------------------------------------------------------------


def test_one_drawing_for_each_stage(development):
    svgs = charts(development, ROLES)
    assert texts(svgs, "fc-stage") == list(DEVELOPMENT)
    for n, svg in enumerate(svgs):
        assert len(parse(svg).findall(f"{SVG}a")) == len(development.stages[n].steps)


def test_every_number_and_title_once_in_order(development):
    svgs = charts(development, ROLES)
    assert texts(svgs, "fc-no") == [str(n) for n in range(1, 26)]
    assert texts(svgs, "fc-title") == [s.title for s in development.steps]


def test_titles_link_to_their_steps(development):
    links = [a for svg in charts(development, ROLES, href=lambda i: f"../x/?a=1&b=2#{i}") for a in parse(svg).iter(f"{SVG}a")]
    assert [a.get("href") for a in links] == [f"../x/?a=1&b=2#{s.id}" for s in development.steps]
    assert all(float(a.find(f"{SVG}rect").get("height")) >= 24 for a in links)


def test_links_say_who_acts(development):
    titles = [a.find(f"{SVG}title").text for svg in charts(development, ROLES) for a in parse(svg).iter(f"{SVG}a")]
    assert titles[5] == "第6步：培养教育考察。谁来做：党支部、培养联系人；参加：入党申请人"


def test_every_decision_is_told(development):
    notes = texts(charts(development, ROLES), "fc-note")
    for words in ("多数委员不同意→退回第2步", "政治审查不合格→结束", "不履行党员义务、不具备党员条件→转到第24步"):
        assert words in notes
    assert sum(len(s.decisions) for s in development.steps) == sum("→" in note for note in notes)


def test_a_way_into_another_item_has_its_title():
    one = procedure([step("one", "一步", decisions=[("要转正", "转入", "probation")])])
    assert "要转正→转入“预备党员转正”" in texts(charts(one, ROLES, item_title={"probation": "预备党员转正"}.get), "fc-note")
    assert "转入“预备党员转正”。" in description(one, ROLES, {"probation": "预备党员转正"}.get)


def test_ways_inside_a_stage_have_a_line_ways_out_of_it_none(development):
    drawn = [len(texts([svg], "fc-back")) for svg in charts(development, ROLES)]
    # Ways to the same step share a line (step 12); ways to another stage have none.
    assert drawn == [0, 1, 1, 2, 3]


def test_doing_a_step_again_is_said_not_drawn():
    one = procedure([step("one", "一步", decisions=[("没办好", "退回", "one")])])
    assert "没办好→重做本步" in texts(charts(one, ROLES), "fc-note")
    assert texts(charts(one, ROLES), "fc-back") == []
    assert "遇到“没办好”的情况，重做本步。" in description(one, ROLES)


def test_lines_at_the_edge_do_not_coincide():
    way = [("不行", "退回", "s1")]
    steps = [step("s1", "第一"), step("s2", "第二", decisions=[("不行", "转到", "s4")])]
    steps += [step("s3", "第三", decisions=way), step("s4", "第四", decisions=way + [("差", "退回", "s2")]), step("s5", "第五")]
    [svg] = charts(procedure(steps), ROLES)
    lines = [p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-back"]
    trunks = [re.search(r"Q([\d.]+)", d)[1] for d in lines]
    assert len(trunks) == 3 == len(set(trunks))


def test_an_arrow_points_at_the_height_of_its_target(development):
    svg = charts(development, ROLES)[3]
    heads = [p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-head"]
    heights = {float(re.match(r"M[\d.]+ ([\d.]+)", d)[1]) for d in heads}
    assert heights == {stations(svg)[0][1], stations(svg)[2][1]}


def test_a_step_that_does_not_lead_to_the_one_below_breaks_the_line():
    steps = [step("s1", "第一", next="s3"), step("s2", "第二", next="结束"), step("s3", "第三")]
    [svg] = charts(procedure(steps), ROLES)
    assert {"办完→第3步", "办完→结束"} <= set(texts([svg], "fc-note"))
    (x, first), (_, second), (_, third) = stations(svg)
    lines = [p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-line"]
    ends = {float(re.match(r"M[\d.]+ ([\d.]+)", d)[1]) for d in lines}
    assert ends == {first, second, third} and not any(d.endswith(f"V{y:g}") for d in lines for y in (second, third))
    assert len(texts([svg], "fc-onward")) == 3  # an arrow under the first station, a mark at either note
    assert "办完后转到第3步“第三”。" in description(procedure(steps), ROLES)


def test_the_line_goes_on_from_stage_to_stage(development):
    svgs = charts(development, ROLES)
    for svg, after in pairwise(svgs):
        height = parse(svg).get("viewBox").split()[3]
        lines = [p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-line"]
        tail = next(d for d in lines if d.endswith(f"V{height}"))
        stub = next(p.get("d") for p in parse(after).iter(f"{SVG}path") if p.get("class") == "fc-line")
        assert tail.split()[0] == stub.split()[0]  # the same lane


# ---- Lanes -------------------------------------------------------------------------------------------------------


def test_lanes_stand_in_order_of_first_appearance_and_alike_in_every_stage():
    p = procedure([step("s1", "第一", "b a"), step("s2", "第二", "officer", "member")], [step("s3", "第三", "a")])
    svgs = charts(p, ROLES)
    assert [list(lane_x(svg)) for svg in svgs] == [["乙", "甲", "组织委员"]] * 2
    assert lane_x(svgs[0]) == lane_x(svgs[1])
    assert "参加：党员" in texts(svgs, "fc-note")  # takes part, acts nowhere: no lane


def test_a_station_stands_on_the_lane_of_its_first_role():
    [svg] = charts(
        procedure([step("s1", "第一", "a"), step("s2", "第二", "b a", "officer"), step("s3", "第三", "officer", "a")]), ROLES
    )
    lane = lane_x(svg)
    assert [x for x, _ in stations(svg)] == [lane["甲"], lane["乙"], lane["组织委员"]]
    [bar] = [r for r in parse(svg).iter(f"{SVG}rect") if r.get("class") == "fc-bar"]
    assert float(bar.get("x")) < lane["甲"] and float(bar.get("x")) + float(bar.get("width")) > lane["乙"]
    hollow = [float(c.get("cx")) for c in parse(svg).iter(f"{SVG}circle") if c.get("class") == "fc-with"]
    assert hollow[1:] == [lane["组织委员"], lane["甲"]]  # the first is the key


def test_more_than_seven_roles_share_a_last_lane(development):
    assert len(development.actors) > 7
    svgs = charts(development, ROLES)
    for svg in svgs:
        lanes = list(lane_x(svg))
        assert len(lanes) == 7 and lanes[-1] == "其他"
        assert {"党支部", "支部委员会", "上级党委"} <= set(lanes)
    notes = texts(svgs, "fc-note")
    assert "其他：入党申请人" in notes and "其他：上级组织部门" in notes
    named = set(lane_x(svgs[0])) | {name for note in notes for name in re.split("[：；、]", note)}
    assert {ROLES[role] for role in development.roles} <= named


def test_seven_roles_need_no_other_lane():
    roles = list(ROLES)[:7]
    [svg] = charts(procedure([step(f"s{n}", "某一步", role) for n, role in enumerate(roles)]), ROLES)
    assert list(lane_x(svg)) == [ROLES[role] for role in roles]


# ---- Text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 5, 14, 15, 16, 28, 29, 40])
def test_long_titles_wrap_and_lose_nothing(size):
    title = ("讨论接收预备党员，并且作出决议（无记名投票）、公布结果；报上级党委审批并归档保存" * 2)[:size]
    wide = [step(f"s{n}", "某一步", role) for n, role in enumerate(list(ROLES)[:7])]
    [svg] = charts(procedure([*wide, step("long", title)]), ROLES)
    lines = [span.text for span in list(parse(svg).iter(f"{SVG}a"))[-1].iter(f"{SVG}tspan")]
    assert "".join(lines) == title
    assert (len(lines) > 1) == (size > 15)
    assert not any(line[0] in "，、；。）" or before[-1] == "（" for before, line in pairwise(lines))


def test_wrap():
    assert wrap("一二三四五六", 4) == ("一二三", "四五六")  # not four and two
    assert wrap("一二三四（五）六", 5) == ("一二三四", "（五）六")
    assert wrap("一二三 GB/T9704—2012", 6) == ("一二三", "GB/T9704", "—2012")  # wider than a line: torn where it must be
    assert wrap("x" * 26, 5) == ("x" * 9, "x" * 9, "x" * 8)
    assert wrap("某种情况", 6, "→退回第5步") == ("某种情况", "→退回第5步")
    assert wrap("参加：支部书记、预备党员", 10, whole=["支部书记", "预备党员"]) == ("参加：支部书记、", "预备党员")
    assert wrap("一\n 二", 9) == ("一 二",)


def widths(svg: str):
    """Every line of text with its left edge, its width (estimated) and its baseline."""
    for node in parse(svg).iter(f"{SVG}text"):
        size = float(node.get("font-size"))
        for span in [s for s in node.findall(f"{SVG}tspan") if s.get("x")] or [node]:
            words = "".join(span.itertext())
            shift = em(words) * size / 2 if node.get("text-anchor") == "middle" else 0
            yield words, float(span.get("x")) - shift, em(words) * size, float(span.get("y")), size


def crowded() -> Procedure:
    """As bad as it gets: seven lanes and more, long names, long titles, long conditions, many ways back."""
    long = "这是一个写得非常非常长的情况说明，带着Latin words和（括号），为的是看它会不会跑到纸外面去" * 3
    roles = [*list(ROLES)[:9]]
    steps = []
    for n in range(12):
        ways = [(long, "退回", f"s{max(0, n - k)}") for k in range(4)] + [("好", "结束", None), (long[:30], "转入", "elsewhere")]
        steps.append(
            step(
                f"s{n}",
                ("讨论接收预备党员并作出决议（Branch Congress 2026）" * 2)[:40],
                f"{roles[n % 9]} party-branch",
                " ".join(ROLES),
                ways,
            )
        )
    return procedure(steps, title="拥挤的程序")


@pytest.mark.parametrize("sample", [development_sample, crowded])
def test_no_text_leaves_the_drawing_or_runs_into_the_lines_at_its_edge(sample):
    titles = ROLES | {"party-branch": "某某消防救援支队某某大队党支部"}
    for svg in charts(sample(), titles):
        width, height = map(float, parse(svg).get("viewBox").split()[2:])
        back = [p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("class") == "fc-back"]
        edge = min((float(re.search(r"Q([\d.]+)", d)[1]) for d in back), default=width)
        head = min(y for _, y in stations(svg)) - 22
        for words, x, wide, y, size in widths(svg):
            assert x >= 0 and x + wide <= (edge if y > head else width), words
            assert y - size >= 0 and y + 0.2 * size <= height, words


def test_rows_do_not_overlap():
    [svg] = charts(crowded(), ROLES)
    lines = sorted((y, x, wide) for words, x, wide, y, _ in widths(svg) if wide > 30)
    for (y, x, wide), (below, left, _) in pairwise(lines):
        assert below - y >= 12 or left >= x + wide


def test_eight_plain_steps_fit_a_page():
    steps = [step(f"s{n}", "支部大会讨论接收预备党员", "a", decisions=[("不同意", "结束", None)]) for n in range(8)]
    [svg] = charts(procedure(steps), ROLES)
    assert float(parse(svg).get("viewBox").split()[3]) * 125 / 360 < 230  # mm


# ---- Markup ------------------------------------------------------------------------------------------------------


def test_whatever_is_typed_stays_text():
    nasty = "</text><script>a&b</script> \"x\" 'y' {{ z }} {% raw %} {# c #} \x07"
    p = procedure(
        [step("s1", nasty[:39], decisions=[(nasty, "退回", "s1"), (nasty, "转入", "x")])], names=(nasty[:39],), title="标题"
    )
    [svg] = charts(p, {"a": nasty}, href=lambda i: f'#"><{nasty}', item_title=lambda i: nasty, prefix='p"{{')
    assert "{" not in svg and "}" not in svg and "<script" not in svg and "\x07" not in svg
    root = parse(svg)
    assert re.sub(r"\s", "", texts([svg], "fc-title")[0]) == re.sub(r"\s", "", nasty[:39])
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "title", "g", "path", "text", "tspan", "circle", "rect", "a"}


def test_the_same_every_time(development):
    assert charts(development, ROLES) == charts(development_sample(), ROLES)


def test_ids_are_unique_and_start_with_the_prefix(development):
    svgs = [*charts(development, ROLES, prefix="dev"), *charts(development, ROLES, prefix="again")]
    ids = [node.get("id") for svg in svgs for node in parse(svg).iter() if node.get("id")]
    assert len(ids) == len(set(ids)) == 10
    assert sum(i.startswith("dev-") for i in ids) == 5


def test_a_drawing_has_a_name_and_scales(development):
    for svg, stage in zip(charts(development, ROLES), development.stages, strict=True):
        root = parse(svg)
        name = root.find(f"{SVG}title")
        assert root.get("role") == "group" and root.get("aria-labelledby") == name.get("id")
        assert stage.title in name.text
        assert root.get("viewBox").startswith("0 0 360 ") and root.get("height") is None
        assert "\n\n" not in svg and "style=" not in svg and root.get("font-family").startswith("Handbook Sans")


# ---- In words ----------------------------------------------------------------------------------------------------


def test_description_names_every_step_every_role_and_every_way_back(development):
    words = description(development, ROLES)
    assert words.startswith(
        "“发展党员”共5个阶段、25步。第一阶段“申请入党”，第1至2步。第1步“递交入党申请书”，由入党申请人办理，党支部参加。"
    )
    assert "遇到“多数委员不同意”的情况，退回第2步“党组织派人谈话”。" in words
    assert "遇到“政治审查不合格”的情况，程序结束。" in words
    assert words.endswith("第25步“材料归档”，由党支部办理，上级党委参加。办完后程序结束。")
    for n, one in enumerate(development.steps, 1):
        assert f"第{n}步“{one.title}”，由" in words
    assert all(ROLES[role] in words for role in development.roles)


def test_chinese_numbers():
    assert [chinese(n) for n in (1, 10, 11, 20, 25, 99)] == ["一", "十", "十一", "二十", "二十五", "九十九"]
