"""Rules about Chinese text: punctuation, terms, and characters that can be printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..print.glyphs import missing
from ..problems import Problem
from ..source import Document
from ..translate import UNFILLED
from .scope import Scope, Where, field, in_document

HAN = "\u3400-\u9fff"
FULL_WIDTH = dict(zip(",.;:?!()", "，。；：？！（）", strict=True))


NOT_READ = {"misspellings", "avoid", "id"}


def matches(scope: Scope, pattern: re.Pattern[str]) -> Iterator[tuple[Document, Where, re.Match[str]]]:
    """Where a pattern occurs in the texts of every file, valid or not; once per text."""
    for document in scope.documents:
        if pattern.search(document.prose):
            for where, text in document.texts:
                if (found := pattern.search(text)) and field(where) not in NOT_READ:
                    yield document, where, found


def punctuation_is_full_width(scope: Scope) -> Iterator[Problem]:
    """汉字旁边用全角标点（，。；：？！（）），不用半角的 , . ; : ? ! ( )。"""
    half = re.compile(rf"(?<=[{HAN}”》）〕])[,.;:?!()]|[,.;:?!()](?=[{HAN}“《（〔])")
    for document, where, found in matches(scope, half):
        marks = "".join(dict.fromkeys(half.findall(found.string)))
        right = "".join(FULL_WIDTH[m] for m in marks)
        yield in_document(document, where, f"汉字旁边用了半角标点“{' '.join(marks)}”", f"改成全角“{right}”")


def quotes_are_chinese(scope: Scope) -> Iterator[Problem]:
    """引号用“”和‘’，不用直引号 " 和 '。"""
    straight = re.compile(rf"[\"'](?=[{HAN}])|(?<=[{HAN}，。；：？！])[\"']")
    for document, where, found in matches(scope, straight):
        yield in_document(document, where, f"用了直引号 {found[0]}", "改成中文引号“”")


PAIRS = ("“”", "‘’", "《》", "（）", "〔〕", "【】")


def brackets_are_paired(scope: Scope) -> Iterator[Problem]:
    """引号、书名号和括号成对。"""
    marks = re.compile(f"[{''.join(PAIRS)}\0]")
    for document in scope.documents:
        found = "".join(marks.findall(document.prose)).split("\0")
        for (where, _), typed in zip(document.texts, found, strict=False):
            for left, right in PAIRS if typed else ():
                if typed.count(left) != typed.count(right):
                    hint = "补上另一半，或删去多余的一半"
                    yield in_document(document, where, f"{left} 和 {right} 不成对", hint)


def years_stand_in_hexagonal_brackets(scope: Scope) -> Iterator[Problem]:
    """发文字号的年份用六角括号〔〕：中组发〔2008〕3号。"""
    number = re.compile(r"[\[【（(]([12]\d{3})[\]】）)](第?\d+号)")
    for document, where, found in matches(scope, number):
        yield in_document(document, where, f"发文字号写成了“{found[0]}”", f"改成“〔{found[1]}〕{found[2]}”")


def punctuation_is_not_repeated(scope: Scope) -> Iterator[Problem]:
    """标点不重复、不连用（省略号“……”和破折号“——”除外）。"""
    twice = re.compile(r"[，。；：、][，。；：、？！]+|([？！])\1+")
    for document, where, found in matches(scope, twice):
        yield in_document(document, where, f"标点连用“{found[0]}”", "留一个")


def no_spaces_between_characters(scope: Scope) -> Iterator[Problem]:
    """汉字和汉字、汉字和标点之间不空格；一句话写在一行里，换行会变成空格。"""
    marks = "，。；：？！、（）《》“”〔〕"
    space = re.compile(rf"[{HAN}{marks}][ \t\n\u3000\xa0]+(- +)?[{HAN}{marks}]")
    for document, where, found in matches(scope, space):
        # Official titles keep their own spaces: 信息与文献 参考文献著录规则.
        official = document.path.startswith("data/regulations/") and field(where) == "title"
        if not official and (found := space.search(re.sub("《[^》]*》", "《》", found.string))):
            shown = re.sub(r"\s+", " ", found[0])
            hint = "删去空格；一句话写在一行里，列表的每一项对齐"
            yield in_document(document, where, f"汉字之间有空格“{shown}”", hint)


def terms_have_their_standard_name(scope: Scope) -> Iterator[Problem]:
    """术语用全书统一的叫法：terms.yaml 里列为“常见错字”和“不用的说法”的，别处不能出现。"""
    for bad, good, word in _unwanted(scope):
        for document, where, found in matches(scope, re.compile(re.escape(bad))):
            # A wrong form may be a piece of the right one: 志愿书 in 入党志愿书.
            alone = bad in found.string.replace(good, "\0")
            if alone and field(where) not in ("wrong", "aliases", "synonyms", "abbreviations"):
                yield in_document(document, where, f"“{bad}”是{word}", f"改成“{good}”")


def _unwanted(scope: Scope) -> list[tuple[str, str, str]]:
    """What must not be written, the standard name, and why; from the valid terms."""
    terms = scope.catalogue.terms.values() if scope.catalogue else ()
    return [
        (bad, term.title, word)
        for term in terms
        for words, word in ((term.misspellings, "错字"), (term.avoid, "不用的说法"))
        for bad in words
    ]


def actions_are_sentences(scope: Scope) -> Iterator[Problem]:
    """“怎么做”（do）的每一句以句号、问号或冒号结尾。"""
    for document in scope.documents:
        for where, text in document.texts:
            if field(where) == "do" and not re.search(r"[。？：]”?$", text.rstrip()):
                yield in_document(document, where, "句末没有标点", "句末加“。”")


def starters_are_filled(scope: Scope) -> Iterator[Problem]:
    """样板里的“〈填……〉”都换成自己的内容。"""
    # Without its closing bracket it is still no content, and no other rule tells of it.
    blank = re.compile(f"{UNFILLED}[^〉]*〉?")
    for document in scope.documents:
        for where, text in document.texts if UNFILLED in document.prose else ():
            if found := blank.search(text):
                yield in_document(document, where, f"样板里的“{found[0]}”还没有填写", "换成自己的内容")


def characters_can_be_printed(scope: Scope) -> Iterator[Problem]:
    """只用打印版字体里有的字；生僻字要先换字体或改写。"""
    used = set().union(*(document.prose for document in scope.documents)) - {"\0"}
    lost = set(missing("".join(used)))
    for document in scope.documents if lost else ():
        for where, text in document.texts:
            if bad := sorted(lost & set(text)):
                hint = "换一个字，或请维护人员补字体"
                yield in_document(document, where, f"打印版的字体里没有“{'”“'.join(bad)}”", hint)


RULES = (
    punctuation_is_full_width,
    quotes_are_chinese,
    brackets_are_paired,
    years_stand_in_hexagonal_brackets,
    punctuation_is_not_repeated,
    no_spaces_between_characters,
    terms_have_their_standard_name,
    actions_are_sentences,
    starters_are_filled,
    characters_can_be_printed,
)
