"""The mistakes that handbooks of this field make most often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from ..kinds.fields import Basis, Bound, Counted, Limit, Unit, Vote, VoteBound
from ..kinds.procedure import Step
from ..problems import Problem
from .scope import Scope, Where, at, records, sentences

# The regulations these rules are about, by file name; a test holds that data/ has them.
DEVELOPMENT = "member-development-rules-2026"
CONSTITUTION = "party-constitution"
BRANCH = "branch-work-rules"
INSPECTION = "inspection-rules"

TWO_THIRDS = Fraction(2, 3)
FOUR_FIFTHS = Fraction(4, 5)
HALF = Fraction(1, 2)

# Fields that tell somebody what to do or what holds; notes may tell history.
TELLING = {"title", "purpose", "scope", "start", "intro", "do", "right", "what", "ballot", "of", "text"}
DENIED = re.compile(
    r"不(能|得|可|要|是|再|应|按|用|写|算|收|发|审|批|处|换|选|由|必|需|限|引|宜)|没有|无权|禁止|并非|而非|不作|以外|已废止|失效|改为|旧"
)


def said(
    scope: Scope, pattern: re.Pattern[str], fields: set[str] = TELLING
) -> Iterator[tuple[Any, Where, str]]:
    """Sentences that claim what the pattern shows; not those that deny it, nor the wrong half of mistakes."""
    for entry in scope.of("procedure", "checklist", "culture", "form"):
        if pattern.search(entry.document.prose):
            for where, sentence in sentences(entry.document, fields):
                if pattern.search(sentence) and not DENIED.search(sentence):
                    yield entry, where, sentence


def votes(scope: Scope) -> Iterator[tuple[Any, Where, Vote]]:
    for entry in scope.of("procedure"):
        for where, vote in records(entry, Vote):
            yield entry, where, vote


def articles(record: Any, regulation: str) -> frozenset[str]:
    """The articles of a regulation that a record itself rests on, without clause numbers."""
    found = record.basis if isinstance(record.basis, tuple) else ()
    cited = (a for b in found if b.regulation == regulation for a in b.article)
    return frozenset(a[: a.index("条") + 1] for a in cited)


def replaced_regulations_are_not_named(scope: Scope) -> Iterator[Problem]:
    """写做法的文字里不提已经废止的法规（如“2014年《发展党员工作细则》”）；讲沿革写在 note 里。"""
    current = {n for e in scope.of("regulation") if e.item.state != "废止" for n in _names(e.item)}
    everything = "\0".join(d.prose for d in scope.documents if "/regulations/" not in d.path)
    old = []
    for entry in scope.of("regulation"):
        if entry.item.state == "废止":
            new = scope.entries.get(entry.item.replaced_by or "")
            own = _names(entry.item)
            alone = [n for n in own if n not in current]
            shared = own | (_names(new.item) if new else set())
            year = re.findall(r"\d{4}", f"{entry.item.short} {entry.item.issued or ''}")[:1]
            # Most old texts are named nowhere: a plain search is quicker than a pattern.
            if any(key in everything for key in (*alone, *year)):
                old.append((entry.item.short, _naming(alone, shared, *year)))
    for short, pattern in old:
        for entry, where, _ in said(scope, pattern):
            hint = "改引现行法规；要讲沿革，写在 note 里"
            yield at(entry, where, f"提到了已经废止的“{short}”", hint)


def _names(regulation: Any) -> set[str]:
    names = {regulation.title, regulation.short, *regulation.aliases}
    names |= {re.sub(r"（\d{4}年）$", "", n) for n in names}
    return names | {n.removeprefix("中国共产党").removeprefix("中国共产主义青年团") for n in names}


def _naming(alone: list[str], shared: set[str], year: str = "") -> re.Pattern[str]:
    """Names only the old text has; and the common name together with the old year."""
    ways = [re.escape(n) for n in alone if len(n) > 4]
    if year:
        name = "|".join(sorted(map(re.escape, shared), key=len, reverse=True))
        ways.append(rf"{year}年?(版|修订|印发|发布)?的?《?(中国共产党|中国共产主义青年团)?({name})")
        ways.append(rf"({name})》?（{year}年?(版|修订|印发|发布)?）")
    return re.compile("|".join(ways) or r"(?!)")


def prospects_need_consent(scope: Scope) -> Iterator[Problem]:
    """列为发展对象要报上级党委同意并公示不少于5个工作日，不是“备案”（发展党员工作细则第十三条）。"""
    filed = re.compile(
        r"(列为|确定|作为)[^。；，]*发展对象[^\0]*备案|发展对象(人选|名单)?.{0,4}报[^。；]{0,12}备案"
    )
    for entry, where, _ in said(scope, filed):
        hint = "写成“报上级党委同意”，再写公示；备案是2014年细则的做法"
        yield at(entry, where, "发展对象写成了报上级“备案”", hint)
    for entry in scope.of("procedure"):
        for where, step in records(entry, Step):
            if (
                "发展对象" in step.title
                and "公示" in step.title
                and "第十三条" in articles(step, DEVELOPMENT)
            ):
                days = [x for x in step.limits if x.unit is Unit.WORKDAY]
                if not any(x.bound is Bound.AT_LEAST and x.amount >= 5 for x in days):
                    hint = "limits 里写：公示，不少于，5，个工作日"
                    yield at(entry, (*where, "limits"), "发展对象的公示没有写不少于5个工作日", hint)


def step_counts_are_not_law(scope: Scope) -> Iterator[Problem]:
    """“25步”出自2014年的流程图，“十步走”没有全国统一文本；不能写成细则规定的步骤。"""
    number = r"(25|二十五|十|10|15|十五)(个步骤|步)"
    law = re.compile(rf"(细则|条例|章程)》?[^，。；：]{{0,8}}{number}|规定的“?{number}")
    for entry, where, sentence in said(scope, law, TELLING | {"note"}):
        if "流程图" not in sentence:
            hint = "写明出处：步骤名来自流程图（或本手册的分法），条文里没有这个数"
            yield at(entry, where, "把步骤数写成了条文规定", hint)


def members_vote_on_those_due(scope: Scope) -> Iterator[Problem]:
    """党员大会表决，赞成人数要超过应到会有表决权党员的半数：分母是“应到”不是“实到”，正好一半不算通过。"""
    for entry, where, vote in votes(scope):
        if vote.count is not Counted.IN_FAVOUR or not re.search(r"党员|选举权", vote.of) or "团" in vote.of:
            continue
        if "应到" not in vote.of and re.search(r"实到|到会", vote.of) and "选举权" not in vote.of:
            hint = "of 写“应到会有表决权的党员”"
            yield at(entry, (*where, "of"), f"赞成票按“{vote.of}”计算", hint)
        if vote.share == HALF and vote.bound is not VoteBound.MORE_THAN:
            hint = "bound 写“超过”；正好一半不算通过"
            yield at(entry, (*where, "bound"), f"赞成票写成了“{vote.bound}”半数", hint)
    present = re.compile(r"(实到|实际到会)[^，。；]*(半数|过半|1/2)")
    for entry, where, sentence in said(scope, present):
        if where[-1] != "of" and not re.search(r"应到|当选|团员|会员", sentence):
            yield at(entry, where, "表决按“实到”人数计算", "改成超过应到会有表决权党员的半数")


def admission_votes_are_secret(scope: Scope) -> Iterator[Problem]:
    """接收预备党员和预备党员转正，采取无记名投票表决（发展党员工作细则第二十、三十二条）。"""
    for entry in scope.of("procedure"):
        for where, step in records(entry, Step):
            admits = articles(step, DEVELOPMENT) & {"第十九条", "第二十条", "第三十二条"}
            if (
                admits
                and any(v.count is Counted.IN_FAVOUR for v in step.votes)
                and "无记名" not in (step.ballot or "")
            ):
                yield at(entry, (*where, "ballot"), "没有写无记名投票", "ballot: 无记名投票")


def election_quorum_includes_four_fifths(scope: Scope) -> Iterator[Problem]:
    """党内选举到会人数“不少于”应到会的4/5；“超过4/5”是1990年暂行条例的写法。"""
    hint = "写“不少于4/5”：正好4/5也有效"
    for entry, where, vote in votes(scope):
        if vote.count is Counted.PRESENT and vote.share == FOUR_FIFTHS and vote.bound is VoteBound.MORE_THAN:
            yield at(entry, (*where, "bound"), "到会人数写成了“超过”4/5", hint)
    more = re.compile(r"超过[^，。；]{0,20}(4/5|五分之四)")
    for entry, where, sentence in said(scope, more):
        if "到会" in sentence:
            yield at(entry, where, "到会人数写成了“超过”4/5", hint)


def elected_on_those_due(scope: Scope) -> Iterator[Problem]:
    """党内选举，当选的赞成票要超过应到会有选举权人数的半数，不按“实到会”计算。"""
    for entry, where, vote in votes(scope):
        if (
            vote.count is Counted.IN_FAVOUR
            and "选举权" in vote.of
            and "团" not in vote.of
            and "应到" not in vote.of
        ):
            yield at(entry, (*where, "of"), f"当选按“{vote.of}”计算", "of 写“应到会有选举权的党员”")
    present = re.compile(r"(实到|实际到会)[^，。；]*(半数|过半|1/2)")
    for entry, where, sentence in said(scope, present):
        if where[-1] != "of" and "当选" in sentence and "应到" not in sentence:
            yield at(entry, where, "当选按“实到”人数计算", "改成超过应到会有选举权人数的半数")


def terms_are_not_two_years(scope: Scope) -> Iterator[Problem]:
    """任期不写2年：党支部一般3年（村、社区5年），团支部3年（学生支部1年），基层党委一般5年。"""
    hint = "改成现行的年限，并写明依据"
    for entry in scope.of("procedure"):
        for where, limit in records(entry, Limit):
            if re.search(r"任期|每届", limit.what or "") and limit.amount == 2 and limit.unit is Unit.YEAR:
                yield at(entry, (*where, "amount"), f"{limit.what}写成了2年", hint)
    term = re.compile(r"(任期|每届)(一般|通常)?(为|是|任期)*(2|两|二|1[—–～~至到-]2|一[至到][二两])年")
    for entry, where, _ in said(scope, term):
        yield at(entry, where, "任期写成了2年", hint)


def committee_quorum_is_half(scope: Scope) -> Iterator[Problem]:
    """支委会要有半数以上委员到会，不是2/3（支部工作条例第十二条）。"""
    hint = "写“不少于1/2”"
    for entry, where, vote in votes(scope):
        if (
            vote.count is Counted.PRESENT
            and re.search(r"支部委员|支委", vote.of)
            and vote.share == TWO_THIRDS
        ):
            yield at(entry, (*where, "share"), "支委会到会写成了2/3", hint)
    share = re.compile(
        r"(支委会|支部委员)[^\0]*(2/3|三分之二)[^\0]*(到会|参加|出席)|(2/3|三分之二)[^，。；]*(支委|支部委员)"
    )
    for entry, where, _ in said(scope, share):
        if where[-1] != "of":
            yield at(entry, where, "支委会到会写成了2/3", hint)


def temporary_branches_leave_it(scope: Scope) -> Iterator[Problem]:
    """临时党支部一般不发展党员、不处分处置党员，不收缴党费，不选举代表和换届（支部工作条例第八条）。"""
    acts = re.compile(
        r"临时党(支部|组织)[^，。；]*(发展党员|(接收|审批)预备党员|处分党员|处置[^，。；]{0,4}党员|收缴?党费|选举[^，。；]{0,8}代表|换届)"
    )
    for entry, where, sentence in said(scope, acts):
        hint = "交原党支部办理；只说明规定时写“一般不……”"
        yield at(entry, where, f"临时党支部一般不{acts.search(sentence)[2]}", hint)


def general_branches_do_not_approve(scope: Scope) -> Iterator[Problem]:
    """党总支、党组、临时党组织不能审批预备党员，党总支只审议（发展党员工作细则第二十二条）。"""
    acts = re.compile(
        r"(党总支|总支部?|党组)(委员会)?(审批|批准)[^，。；]*(预备党员|入党|转正)|(预备党员|入党|转正)[^，。；]*(党总支|党组)(审批|批准)"
    )
    hint = "写成“党总支审议，报有审批权限的党委审批”"
    for entry, where, _ in said(scope, acts):
        yield at(entry, where, "党总支、党组没有审批权", hint)
    roles = scope.catalogue.roles if scope.catalogue else {}
    for entry in scope.of("procedure"):
        for where, step in records(entry, Step):
            titles = [roles[r].title for r in step.by if r in roles]
            general = next((t for t in titles if re.search(r"总支|党组$", t)), "")
            if general and "审批" in step.title and any(b.regulation == DEVELOPMENT for b in step.basis):
                yield at(entry, (*where, "by"), f"“{general}”没有审批权", hint)


def prospects_train_three_days(scope: Scope) -> Iterator[Problem]:
    """发展对象集中培训不少于3天或者不少于24学时，两条满足一条即可（发展党员工作细则第十七条）。"""
    right = {Unit.DAY: Decimal(3), Unit.LESSON: Decimal(24)}
    for entry in scope.of("procedure"):
        for where, step in records(entry, Step):
            if "第十七条" not in articles(step, DEVELOPMENT):
                continue
            counted = [(i, x) for i, x in enumerate(step.limits) if x.unit in right]
            for i, limit in counted:
                if limit.amount != right[limit.unit] or limit.bound is not Bound.AT_LEAST:
                    hint = f"写成不少于{right[limit.unit]}{limit.unit}"
                    yield at(entry, (*where, "limits", i), f"集中培训写成了{limit.bound}{limit.figure}", hint)
            if len(counted) > 1 and not any(limit.either for _, limit in counted[1:]):
                i = counted[1][0]
                hint = "后一条加上 either: 是"
                yield at(entry, (*where, "limits", i), "天数和学时写成了两条都要满足", hint)
    text = re.compile(r"(?<!\d)(5|五)天|(?<!\d)(40|四十)个?学时")
    for entry, where, sentence in said(scope, text):
        if re.search(r"发展对象|入党", sentence) and "培训" in sentence:
            yield at(entry, where, "集中培训写成了5天或40学时", "改成不少于3天或者不少于24学时")


def dues_take_one_rate(scope: Scope) -> Iterator[Problem]:
    """党费按全额套一个比例（6000元交90元），不分段、不按超额累进计算。"""
    bands = re.compile(r"超额累进|分段(累进|计算|计征)")
    for entry, where, sentence in said(scope, bands, TELLING | {"note", "base", "rounding"}):
        if "党费" in f"{entry.item.title}{sentence}":
            yield at(entry, where, f"党费写成了“{bands.search(sentence)[0]}”", "全部基数乘以所在档的一个比例")


def rectification_is_reported_in_time(scope: Scope) -> Iterator[Problem]:
    """巡视整改：1个月内报整改方案，6个月内报集中整改进展；“2个月内报告”是旧条例的时限。"""
    hint = "改成1个月内报整改方案、6个月内报集中整改进展"
    for entry in scope.of("procedure"):
        if any(b.regulation == INSPECTION for _, b in records(entry, Basis)):
            for where, limit in records(entry, Limit):
                about = f"{limit.what}{limit.after}"
                if "整改" in about and (limit.amount, limit.unit) in ((2, Unit.MONTH), (60, Unit.DAY)):
                    yield at(entry, (*where, "amount"), f"整改时限写成了{limit.figure}", hint)
    text = re.compile(r"整改[^\0]*((2|两|二)个月|60天)|((2|两|二)个月|60天)[^\0]*整改")
    for entry, where, sentence in said(scope, text):
        if re.search(r"巡视|巡察", f"{entry.item.title}{sentence}"):
            yield at(entry, where, "整改时限写成了2个月", hint)


# (regulation, what it is called, topic, article often cited wrongly, articles that hold it)
MISCITED = (
    (CONSTITUTION, "党章", r"党徽|党旗", "第五十二条", ("第五十三条", "第五十四条")),
    (CONSTITUTION, "党章", r"基本任务", "第三十三条", ("第三十二条",)),
    (BRANCH, "支部工作条例", r"支委会|支部委员会会议", "第十一条", ("第十二条",)),
    (BRANCH, "支部工作条例", r"党小组会", "第十一条", ("第十三条",)),
    (BRANCH, "支部工作条例", r"党课|主题党日", "第十一条", ("第十六条",)),
)


def articles_hold_their_topic(scope: Scope) -> Iterator[Problem]:
    """常被抄错的条号：党徽党旗在党章第五十三、五十四条，支部基本任务在第三十二条；支委会、党小组会、党课分别在支部工作条例第十二、十三、十六条。"""
    for entry in scope.of("procedure", "checklist", "culture", "form"):
        for where, record in (((), entry.item), *records(entry, BaseModel)):
            own = vars(record)
            about = next((text for name in ("what", "title", "text", "of") if (text := own.get(name))), "")
            for regulation, name, topic, wrong, right in MISCITED if own.get("basis") else ():
                cited = articles(record, regulation)
                # The meeting of all members is what 第十一条 is about.
                other = regulation == BRANCH and re.search(r"党员大会|支部大会|三会一课", about)
                if re.search(topic, about) and wrong in cited and not cited & set(right) and not other:
                    message = f"“{about}”引了{name}{wrong}"
                    yield at(entry, (*where, "basis"), message, f"应为{'、'.join(right)}，核对后改正")
    for _, name, topic, wrong, right in MISCITED:
        for entry, where, sentence in said(scope, re.compile(f"{name}》?{wrong}"), TELLING | {"note"}):
            if re.search(topic, sentence):
                message = f"这句话引了{name}{wrong}"
                yield at(entry, where, message, f"应为{'、'.join(right)}，核对后改正")


RULES = (
    replaced_regulations_are_not_named,
    prospects_need_consent,
    step_counts_are_not_law,
    members_vote_on_those_due,
    admission_votes_are_secret,
    election_quorum_includes_four_fifths,
    elected_on_those_due,
    terms_are_not_two_years,
    committee_quorum_is_half,
    temporary_branches_leave_it,
    general_branches_do_not_approve,
    prospects_train_three_days,
    dues_take_one_rate,
    rectification_is_reported_in_time,
    articles_hold_their_topic,
)
