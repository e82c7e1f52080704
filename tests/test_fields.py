"""What all kinds share: figures, votes, dates, names; and nothing typed can slip through as something else."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from macros import translate
from macros.kinds import KINDS, SHARED
from macros.kinds.fields import (
    ARTICLE,
    STATE_LABELS,
    STATE_MEANINGS,
    Article,
    Basis,
    Cadence,
    Figure,
    Item,
    Limit,
    Names,
    PartialDate,
    Share,
    State,
    Vote,
    VoteBound,
    YesNo,
    chinese_date,
    chinese_number,
    number,
    shown,
)
from macros.kinds.procedure import Tariff
from macros.source import Document


def accepts(kind: object, typed: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(typed)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("total", range(1, 201))
@pytest.mark.parametrize("share", ["1/2", "2/3", "4/5", "1/3", "6/5"])
def test_a_vote_needs_the_least_number_that_satisfies_its_rule(total: int, share: str) -> None:
    exact = Fraction(share) * total
    more, least, most = (
        Vote(count="到会", bound=bound, share=share, of="党员").needed(total)
        for bound in ("超过", "不少于", "不超过")
    )
    assert more > exact >= more - 1
    assert least >= exact > least - 1
    assert most <= exact < most + 1


def test_half_of_an_even_number_is_not_a_majority() -> None:
    vote = Vote(count="赞成", bound="超过", share="1/2", of="应到会有表决权的党员")
    assert [vote.needed(n) for n in (14, 15, 16)] == [8, 8, 9]
    assert vote.bound is VoteBound.MORE_THAN and vote.rule == "赞成票超过应到会有表决权的党员的1/2"


@pytest.mark.parametrize("typed", ["1/2", "4/5", "6/5", "1000/1001"])
def test_a_share_is_a_fraction(typed: str) -> None:
    assert TypeAdapter(Share).validate_python(typed) == Fraction(typed)


@pytest.mark.parametrize(
    "typed",
    ["0.5", "1/0", "0/1", "-1/2", "1e9", "1e999999999", "１/２", "1 / 2", "", "half", None, [], {}, 1, 0.5],
)
def test_nothing_else_is_a_share(typed: object) -> None:
    assert not accepts(Share, typed)


@pytest.mark.parametrize(
    ("typed", "printed"), [("3", "3"), ("3.0", "3"), ("0.2", "0.2"), ("1000", "1000"), ("100.50", "100.5")]
)
def test_a_figure_is_printed_without_needless_digits(typed: str, printed: str) -> None:
    assert number(TypeAdapter(Figure).validate_python(typed)) == printed


@pytest.mark.parametrize(
    "typed", ["1e3", "1e999999999", "NaN", "inf", "1_000", "１", "3天", "1,000", ".5", "", None, [], 3]
)
def test_nothing_else_is_a_figure(typed: object) -> None:
    assert not accepts(Figure, typed)


@pytest.mark.parametrize("typed", ["2026", "2026-05", "2026-05-11", "2024-02-29"])
def test_a_date_may_be_partial(typed: str) -> None:
    assert accepts(PartialDate, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-13",
        "2026-02-30",
        "2025-02-29",
        "2026-5-1",
        "26-05-11",
        "2026年",
        "2026-05-11-01",
        "0000",
        "２０２６",
    ],
)
def test_a_date_that_never_was_is_refused(typed: str) -> None:
    assert not accepts(PartialDate, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026", "2026年"),
        ("2026-05", "2026年5月"),
        ("2026-05-11", "2026年5月11日"),
        ("2026-10-01", "2026年10月1日"),
    ],
)
def test_dates_in_chinese(typed: str, words: str) -> None:
    assert chinese_date(typed) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十三", 13),
        ("二十", 20),
        ("五十四", 54),
        ("一百", 100),
        ("一百零三", 103),
        ("一百一十", 110),
        ("一百五十八", 158),
    ],
)
def test_article_numbers_are_read(text: str, value: int) -> None:
    assert ARTICLE.fullmatch(f"第{text}条")
    assert chinese_number(text) == value


@pytest.mark.parametrize("typed", ["第十三条", "第十五条第一款", "第二十条第一款第三项", "第十条之一"])
def test_articles(typed: str) -> None:
    assert accepts(Article, typed)


@pytest.mark.parametrize(
    "typed", ["13", "第13条", "十三条", "第十三", "第十三条、第十四条", "第十三条 ", "第十三章"]
)
def test_what_is_no_article(typed: str) -> None:
    assert not accepts(Article, typed)


@pytest.mark.parametrize(("typed", "value"), [("是", True), ("否", False), ("true", True), ("false", False)])
def test_yes_and_no(typed: str, value: bool) -> None:
    assert TypeAdapter(YesNo).validate_python(typed) is value


@pytest.mark.parametrize("typed", ["yes", "no", "对", "", "1", None, []])
def test_neither_yes_nor_no(typed: object) -> None:
    assert not accepts(YesNo, typed)


def test_every_state_has_a_label_a_meaning_and_a_place() -> None:
    assert set(STATE_LABELS) == set(STATE_MEANINGS) == set(State)
    assert [state for state in State if state.is_rule] == [State.A, State.AX, State.B]


def test_a_name_is_its_id_its_title_or_its_short_name() -> None:
    names = Names({"role": {"支部书记": "secretary", "secretary": "secretary"}})
    assert {names.resolve("role", "岗位", n) for n in ("支部书记", "secretary")} == {"secretary"}
    assert (
        Basis.model_validate(
            {"regulation": "党章", "state": "A"}, context=Names({"regulation": {"党章": "constitution"}})
        ).regulation
        == "constitution"
    )


def test_no_name_is_called_unknown_while_a_file_of_its_kind_cannot_be_read() -> None:
    assert Names({"role": {}}, frozenset({"role"})).resolve("role", "岗位", "书记") == "书记"


def test_what_was_typed_is_cut_for_a_message() -> None:
    assert shown("字" * 30) == "字" * 30
    assert shown("字" * 31) == "字" * 30 + "…"
    assert "'" not in shown(["x"]) + shown({"x": "y"})


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"every": "月"}, "每月1次"),
        ({"every": "季度", "usually": "是"}, "一般每季度1次"),
        ({"every": "年", "times": "2", "bound": "不少于"}, "每年至少2次"),
        ({"every": "经常"}, "经常"),
        ({"every": "事项发生时", "event": "有党员调入"}, "有党员调入时"),
    ],
)
def test_how_often_in_words(typed: dict, text: str) -> None:
    assert Cadence.model_validate(typed).text == text


def test_dues_take_the_rate_of_their_band_for_the_whole_amount() -> None:
    tiers = [
        {"upto": "3000", "percent": "0.5"},
        {"over": "3000", "upto": "5000", "percent": "1"},
        {"over": "5000", "percent": "1.5"},
    ]
    tariff = Tariff.model_validate(
        {"id": "x", "title": "在职党员", "base": "工资", "tiers": tiers, "basis": [{"state": "REC"}]}
    )
    due = {base: tariff.due(Decimal(base)) for base in ("3000", "3000.01", "5000", "6000", "6500")}
    assert {k: str(v) for k, v in due.items()} == {
        "3000": "15.00", "3000.01": "30.00", "5000": "50.00", "6000": "90.00", "6500": "97.50",
    }  # fmt: skip


def test_a_limit_shows_its_figure() -> None:
    assert Limit.model_validate({"bound": "不少于", "amount": "5", "unit": "个工作日"}).figure == "5个工作日"


def all_models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    todo = [kind.model for kind in KINDS.values()] + list(SHARED.values())
    while todo:
        model = todo.pop()
        if model not in found:
            found.append(model)
            todo += [m for info in model.model_fields.values() if (m := translate._inner(info.annotation))]
    assert len(found) > 20
    return found


WRONG = [
    None, "", "x", "汉字", "字" * 700, "9" * 5_000, "1e999", "-1", "0", "1/0", "2026-02-30", "NaN",
    [], {}, ["x"], [None], [[]], [{}], [[["x"]]], {"x": "y"}, {"1": ["2"]}, [{"state": "A"}], {"state": "A"},
]  # fmt: skip


@pytest.mark.parametrize("model", all_models(), ids=lambda m: m.__name__)
def test_whatever_is_typed_is_taken_or_refused_in_chinese(model: type[BaseModel]) -> None:
    """Every field of every model meets every kind of wrong value."""
    tried = 0
    own = {"id": "x"} if issubclass(model, Item) else {}  # a file name gives it
    for name, info in model.model_fields.items():
        for value in WRONG:
            key = info.alias or name
            try:
                model.model_validate(own | {key: value}, context=Names({}))
            except ValidationError as error:
                for problem in translate.problems(error, model, Document("a.yaml")):
                    tried += 1
                    assert problem.message and "内容不对" not in problem.message
                    assert len(problem.message) < 120, problem.message
                    assert not any(
                        word in str(problem) for word in ("Input", "should", "None", "[]", "{}")
                    ), problem
    assert tried


def test_every_field_has_a_chinese_title() -> None:
    for model in all_models():
        for name, info in model.model_fields.items():
            if not info.exclude:
                assert info.title and any("\u4e00" <= c <= "\u9fff" for c in info.title), (
                    f"{model.__name__}.{name}"
                )


def test_needed_never_uses_floats() -> None:
    """1/3 of 3·10^15 is exact: a float would be off by one."""
    total = 3 * 10**15 + 1
    vote = Vote(count="到会", bound="不少于", share="1/3", of="党员")
    assert vote.needed(total) == 10**15 + 1 != math.ceil(1 / 3 * total) - 1
