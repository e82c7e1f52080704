"""YAML files as plain text values with line numbers, read in bounded time and memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from .problems import Problem

# libyaml is ten times faster and gives the same marks; every wheel of PyYAML carries it, a source build may not.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES = 1_000_000
MAX_DEPTH = 16

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One YAML file: dicts, lists and the texts as typed (a missing value is None), and the line of each."""

    path: str
    value: object = None
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, where: Path_ = ()) -> int:
        """The line (from 1) where the value at this path starts, or that of its nearest parent."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    @cached_property
    def texts(self) -> tuple[tuple[Path_, str], ...]:
        """Every text of the document with its path, in file order."""
        return tuple(self._walk())

    @cached_property
    def prose(self) -> str:
        """All texts as one, apart by a NUL: asks quickly whether something is said at all."""
        return "\0".join(text for _, text in self.texts)

    def _walk(self) -> Iterator[tuple[Path_, str]]:
        stack: list[tuple[Path_, object]] = [((), self.value)]
        while stack:
            where, value = stack.pop()
            if isinstance(value, str):
                yield where, value
            elif isinstance(value, dict):
                stack.extend(((*where, k), v) for k, v in reversed(value.items()))
            elif isinstance(value, list):
                stack.extend(((*where, i), value[i]) for i in range(len(value) - 1, -1, -1))


# What libyaml says, and what an editor should hear: (words of the message, fault, what to do).
YAML_FAULTS = (
    ("cannot start any token", "这里有一个 YAML 不认识的开头字符", "以 @ ` % 开头的文字要放在引号里；短横线后面用空格，不用 Tab"),
    ("while scanning a quoted scalar", "引号没有成对", "从这一行起找只有一半的引号，补上另一半"),
    ("mapping values are not allowed", "一行里出现了第二个“: ”，或上一行缩进不对", "文字里有英文冒号时改用中文冒号“：”；检查上一行的缩进"),
    ("could not find expected ':'", "这一行缺少冒号，或冒号后面缺空格", "写成“字段: 内容”，英文冒号后面空一格"),
    ("did not find expected key", "这一行的缩进和同级的行不一致", "和上下同级的行左边对齐"),
    ("did not find expected '-' indicator", "列表里这一行的缩进或短横线不对", "同一个列表的每一项都以“- ”开头，左边对齐"),
    ("did not find expected ',' or", "方括号或花括号没有写完", "检查这一行的 [ ] 和 { } 是否成对，各项之间用英文逗号"),
    ("did not find expected node content", "方括号或花括号里有空着的一项", "检查 [ ] 或 { } 里多余的逗号"),
    ("block sequence entries are not allowed", "短横线“- ”出现在不该出现的地方", "列表另起一行，每一项一行"),
    ("alphabetic or numeric character", "文字以 * 或 & 开头", "整句放在引号里"),
    ("unknown escape character", "双引号里的反斜杠写法不对", "去掉反斜杠，或改用单引号"),
    ("hexdecimal number", "双引号里的反斜杠写法不对", "去掉反斜杠，或改用单引号"),
    ("comment or line break", "文字以 | 或 > 开头", "整句放在引号里；多行文字在 | 或 > 后面换行"),
    ("mapping keys are not allowed", "文字以“? ”开头", "整句放在引号里"),
    ("tag", "文字以 ! 开头", "整句放在引号里"),
    ("directive", "这一行以 % 开头", "整句放在引号里"),
    ("incompatible YAML document", "这一行以 % 开头", "删去这一行"),
    ("expected <document start>", "“...”的后面还有内容", "删去只写了“...”的那一行"),
)

# Slips that libyaml reports in other words, often a line later: (how the line looks, fault, what to do).
SLIPS = tuple(
    (re.compile(look), message, hint)
    for look, message, hint in (
        (r"\s*(- )?[A-Za-z_]+：", "字段名后面写成了中文冒号", "改成英文冒号，后面空一格：“字段: 内容”"),
        (r"\s*(- )?[A-Za-z_]+:(?!//)[^\s:]", "冒号后面缺空格", "英文冒号后面空一格：“字段: 内容”"),
        (r"""\s*(- )?([A-Za-z_]+: +)?(["'])(?:(?!\3).)*\3 *[^\s#,:\]}]""", "引号后面还有文字", "整句都放在引号里，或改用中文引号“”"),
        (r"\s*(- )?([A-Za-z_]+: +)?[\[{].*[\]}] *[^\s#,:\]}]|[^\[]*\[[^\[\]]*\]\]", "方括号或花括号后面还有文字", "删去多余的文字或括号"),
    )
)

# Invisible characters: controls, line ends that editors do not count, zero-width and direction marks.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff]")


INVISIBLE = ("有看不见的字符", "删去这一行，重新打一遍")
AGAIN = "\0"  # stands for a key met a second time: its value is read past and kept nowhere


ENDS = {yaml.MappingEndEvent, yaml.SequenceEndEvent}
# An alias event has an anchor and is refused for it before its tag is asked for.
NODES = {yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent}


class _Fault(Exception):
    def __init__(self, line: int, message: str, hint: str = ""):
        self.args = (line, message, hint)


def read(file: Path, root: Path) -> tuple[Document, list[Problem]]:
    """One YAML file below root, and what is wrong with it; a broken file still gives an (empty) document."""
    path = file.relative_to(root).as_posix()
    size = file.stat().st_size
    if size > MAX_BYTES:
        message = f"文件有 {size // 1000} KB，超过了 {MAX_BYTES // 1000} KB 的上限，没有读取"
        return Document(path), [Problem(path, 1, "", message, "一个文件只放一项内容；图片等放到 docs/assets/")]
    return parse(file.read_bytes(), path)


def parse(data: bytes, path: str) -> tuple[Document, list[Problem]]:
    """The document in these bytes, and its problems; never raises on bad input."""
    try:
        text = _decode(data)
        if indents := list(_indents(text, path)):
            return Document(path), indents
        return _build(text, path)
    except _Fault as fault:
        line, message, hint = fault.args
        return Document(path), [Problem(path, line, "", message, hint)]
    except yaml.MarkedYAMLError as error:
        return Document(path), [_translate(error, text, path)]
    except yaml.YAMLError:
        hint = "用“另存为”存成 UTF-8 纯文本；不要从 Word 直接粘贴"
        return Document(path), [Problem(path, 1, "", "有 YAML 不能接受的字符", hint)]


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64]:
        raise _Fault(1, "文件是 UTF-16 编码", "用“另存为”选择 UTF-8 编码")
    try:
        # A byte-order mark and Windows line ends are harmless and common: accepted.
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _Fault(line, "文件不是 UTF-8 编码（可能是 GBK）", "用“另存为”选择 UTF-8 编码") from None
    if bad := UNSEEN.search(text):
        line = text[: bad.start()].count("\n") + 1
        raise _Fault(line, *INVISIBLE)
    return text


def _indents(text: str, path: str) -> Iterator[Problem]:
    for n, line in enumerate(text.split("\n"), 1):
        if (found := re.match(" *([\t\u3000\xa0])", line)) and line.strip():
            what = "制表符（Tab）" if found[1] == "\t" else "全角空格或不换行空格"
            yield Problem(path, n, "", f"行首用了{what}缩进", "换成半角空格，每级两个")


def _build(text: str, path: str) -> tuple[Document, list[Problem]]:
    """Walks the parser's events with a stack of its own: no alias is followed, no depth is unbounded."""
    lines: dict[Path_, int] = {}
    problems: list[Problem] = []
    root: list[object] = []
    stack: list[tuple[object, Path_, list[str]]] = [(root, (), [])]
    documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        kind = type(event)
        if kind in ENDS:
            stack.pop()
            continue
        line = event.start_mark.line + 1
        if kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _Fault(line, "一个文件里有两份内容（用 --- 隔开）", "拆成两个文件")
        if kind not in NODES:
            continue
        if event.anchor:
            raise _Fault(line, "用了 YAML 的锚点或引用（& 或 *）", "把内容直接写出来；以 & 或 * 开头的文字放在引号里")
        if event.tag and event.tag != "!":
            raise _Fault(line, f"用了 YAML 标签“{event.tag}”", "去掉以 ! 开头的标签；需要感叹号时放在引号里")
        container, where, keys = stack[-1]
        inside = type(container) is dict
        if inside and not keys:
            keys.append(_key(event, container, line, path, problems))
            lines.setdefault((*where, keys[0]), line)
            continue
        here = where
        if inside:
            here = (*where, keys.pop())
        elif container is not root:
            here = (*where, len(container))
        lines.setdefault(here, line)
        value, opened = _value(event)
        if not inside:
            container.append(value)
        elif here[-1] != AGAIN:
            container[here[-1]] = value
        if opened:
            if len(stack) > MAX_DEPTH:
                raise _Fault(line, f"内容套了超过 {MAX_DEPTH} 层", "减少层级")
            stack.append((value, here, []))
    value = root[0] if root else None
    if not isinstance(value, dict) and not problems:
        raise _Fault(1, "文件是空的，或不是“字段: 内容”的写法", "可以用 scripts/new.py 生成一个样板")
    return Document(path, value, lines), problems


def _key(event: yaml.NodeEvent, container: dict, line: int, path: str, problems: list[Problem]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _Fault(line, "字段名写成了列表或花括号", "字段名是一个词，后面跟英文冒号；以 { 或 [ 开头的文字放在引号里")
    name = event.value
    if UNSEEN.search(name):
        raise _Fault(line, *INVISIBLE)
    if name in container:
        problems.append(Problem(path, line, name, "这个字段写了两次", "删去一个，或把两处内容合在一起"))
        return AGAIN
    return name


def _value(event: yaml.NodeEvent) -> tuple[object, bool]:
    if isinstance(event, yaml.ScalarEvent):
        if UNSEEN.search(event.value):  # typed as an escape
            raise _Fault(event.start_mark.line + 1, *INVISIBLE)
        return (event.value or None if not event.style else event.value), False
    return ({} if isinstance(event, yaml.MappingStartEvent) else []), True


def _translate(error: yaml.MarkedYAMLError, text: str, path: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    words = f"{error.problem or ''} {error.context or ''}"
    if error.context_mark and re.search("quoted scalar|simple key|flow (sequence|mapping)", words):
        mark = error.context_mark  # the opening quote or bracket, or the line without a colon, helps more than what follows
    line = mark.line + 1 if mark else 1
    typed = text.split("\n")
    for n in (line, line - 1):
        for look, message, hint in SLIPS:
            if 0 < n <= len(typed) and look.match(typed[n - 1]):
                return Problem(path, n, "", message, hint)
    for known, message, hint in YAML_FAULTS:
        if known in words:
            return Problem(path, line, "", message, hint)
    return Problem(path, line, "", "这一行不合 YAML 的写法", "对照相邻的行检查缩进、冒号、引号和括号")
