"""What lies in docs/ is text: pages that would run or load something are refused, with file and line.

A pull request may come from anybody. The check reads a page as the site will (the same Markdown, then the same HTML) and
lets through a short list of tags, attributes and addresses; whatever is not on the list is a problem.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import markdown
from jinja2 import Environment, TemplateSyntaxError, nodes

from . import source
from .problems import Problem

LONGEST = 100_000  # characters of one page; ours have a tenth
FRONT_KEYS = ("title", "description", "order", "hide", "search")
FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.S)
# MkDocs reads other shapes of front matter too; what we do not read we do not let in.
OTHER_FRONT = re.compile(r"\A(---| {0,3}[A-Za-z0-9_-]+:)")

_TAGS = """a abbr blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
    hr img ins kbd li ol p pre section small span strong sub summary sup table tbody td tfoot th thead tr ul"""
_ATTRIBUTES = "alt class colspan height href id lang open role rowspan scope span src start title width"
_HOOKS = "data-start"  # what our own scripts look for; the theme's (data-md-…) stay out
TAGS = frozenset(_TAGS.split())
ATTRIBUTES = frozenset(f"{_ATTRIBUTES} {_HOOKS}".split())
ALIGNED = re.compile(r"text-align: (left|center|right);")  # what Markdown's own tables write
NAMES = re.compile(r"[\w.:-]+( +[\w.:-]+)*")
# The theme's script reads these names; for mermaid it loads a program from afar.
RESERVED = re.compile(r"(^| )(__|mermaid( |$)|md-)", re.I)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
MACRO = "\ue000"  # stands for the output of a macro while a page is looked at


@dataclass(frozen=True)
class Sheet:
    """One page as typed: its file, its title in the menu, its text, and the macros it may call."""

    path: str
    title: str
    text: str
    macros: Collection[str]
    extensions: Sequence[str]

    @cached_property
    def front(self) -> str:
        """The lines between the two rows of dashes at the top."""
        found = FRONT.match(self.text)
        return found[1] if found else ""

    @cached_property
    def body(self) -> str:
        """The page without its front matter, each macro replaced by one character."""
        text = FRONT.sub("", self.text)
        parts, inside = [], False
        for _, token, value in Environment().lex(text):
            inside = inside or token == "variable_begin"
            parts.append(re.sub(r"[^\n]", "", value) if inside else value)
            if token == "variable_end":
                parts.append(MACRO)
                inside = False
        return "".join(parts)

    @cached_property
    def offset(self) -> int:
        """Lines before the body."""
        return self.text.count("\n") - FRONT.sub("", self.text).count("\n")

    @cached_property
    def findings(self) -> list[tuple[int, Finding]]:
        """What is wrong with the markup, each with its line."""
        found = _findings(self.body, self.extensions)
        lines = self.body.split("\n")
        located = []
        for finding in found:
            places = [n for n in range(len(lines)) if self._needs(finding, found[finding], lines, n)]
            located += [(n + 1 + self.offset, finding) for n in places or [0]]
        return located

    def _needs(self, finding: Finding, count: int, lines: list[str], n: int) -> bool:
        """Whether line n is what brings the finding about: without it there is one less."""
        if not lines[n].strip():
            return False
        without = "\n".join([*lines[:n], "", *lines[n + 1 :]])
        return _findings(without, self.extensions)[finding] < count


@dataclass(frozen=True, order=True)
class Finding:
    """One thing in a page's HTML that is not on the list: about a tag or about an address."""

    about: str
    message: str
    hint: str


def _findings(text: str, extensions: Sequence[str]) -> Counter[Finding]:
    reader = _Reader()
    reader.feed(markdown.markdown(text, extensions=list(extensions), output_format="html"))
    reader.close()
    return reader.found


@dataclass
class _Reader(HTMLParser):
    found: Counter[Finding] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)

    def _add(self, about: str, message: str, hint: str) -> None:
        self.found[Finding(about, message, hint)] += 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self._add(
                "tag", f"页面里不能用 <{shown(tag)}> 标签", "删去它；页面只用段落、列表、表格、链接和图片"
            )
        if any(MACRO in f"{name}{value}" for name, value in (*attrs, (tag, ""))):
            self._add("tag", "宏写在了标签或链接地址里面", "宏单独写，或写在标签的外面")
            return
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self._add("tag", f"不能写事件属性 {shown(name)}", "删去它；页面里不运行脚本")
        elif name == "style" and not ALIGNED.fullmatch(value):
            self._add("tag", "不能写 style 属性", "用 class，样式由维护人员写进 handbook.css")
        elif name not in ATTRIBUTES and name != "style" and not name.startswith("aria-"):
            self._add("tag", f"不能写属性 {shown(name)}", "删去它")
        elif name in ("id", "class") and (not NAMES.fullmatch(value) or RESERVED.search(value)):
            self._add("tag", f"不能用“{shown(value)}”作 {name}", "换一个名字：字母、数字和短横线")
        elif name == "href" and (fault := _bad_link(value)):
            self._add(
                "address",
                f"链接地址“{shown(value)}”{fault}",
                "只写 https 网址、mailto 邮箱，或本手册里的页面",
            )
        elif name == "src" and not _is_inside(value):
            hint = "把文件放进 docs/assets/images/，写相对地址"
            self._add("address", f"图片“{shown(value)}”不在本手册里", hint)

    def handle_data(self, data: str) -> None:
        if re.search(r"<[A-Za-z/!?]", data):
            self._add("tag", "有一个没有写完的标签", "补上“>”；只是小于号时写 &lt;")

    def handle_comment(self, data: str) -> None:
        # Browsers end a comment at places where this reader does not.
        if re.search(r"[<>]|^-|--", data):
            self._add("tag", "注释里有尖括号或短横线", "删去这条注释")

    def handle_decl(self, decl: str) -> None:
        self._add("tag", "页面里不能写 <!…>", "删去它")

    def handle_pi(self, data: str) -> None:
        self._add("tag", "页面里不能写 <?…>", "删去它")

    def unknown_decl(self, data: str) -> None:
        self._add("tag", "页面里不能写 <![…]>", "删去它")


def shown(text: str) -> str:
    """What was typed, short and on one line."""
    text = re.sub(r"[\x00-\x20]+", " ", text)
    return text if len(text) <= 40 else text[:40] + "…"


def _plain(address: str) -> str:
    """An address as browsers take it: without blanks and control characters, small letters."""
    return re.sub(r"[\x00-\x20\x7f-\xa0]", "", unquote(address)).lower()


def _is_inside(address: str) -> bool:
    plain = _plain(address)
    return bool(plain) and not SCHEME.match(plain) and not plain.startswith("/") and "\\" not in plain


def _bad_link(address: str) -> str:
    plain = _plain(address)
    if plain.startswith(("https://", "http://", "mailto:")):
        return ""
    if scheme := SCHEME.match(plain):
        return f"以 {scheme[0]} 开头"
    return "" if not plain.startswith("/") and "\\" not in plain else "不是相对地址"


# ---- The rules -------------------------------------------------------------------------------------------------


def pages_are_readable(sheet: Sheet) -> Iterator[Problem]:
    """手写的页面是 UTF-8 纯文本，不太长，没有看不见的字符。"""
    if "\ufffd" in sheet.text:
        yield Problem(
            sheet.path, _line_of(sheet.text, "\ufffd"), "", "文件不是 UTF-8 编码", "用“另存为”选择 UTF-8 编码"
        )
    elif len(sheet.text) > LONGEST:
        yield Problem(sheet.path, 1, "", f"页面有 {len(sheet.text)} 个字，太长", "拆成几页")
    elif (bad := source.UNSEEN.search(sheet.text)) or (bad := re.search("[\r\ue000-\uf8ff]", sheet.text)):
        yield Problem(sheet.path, _line_of(sheet.text, bad[0]), "", *source.INVISIBLE)


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def front_matter_is_plain(sheet: Sheet) -> Iterator[Problem]:
    """页首两行 --- 之间只写 title、description、order、hide、search；标题和说明里不写尖括号和花括号。"""
    if not sheet.front and OTHER_FRONT.match(sheet.text):
        hint = "页首信息写在两行 --- 之间；正文从标题写起"
        yield Problem(sheet.path, 1, "", "页首的写法不对", hint)
        return
    if not sheet.front:
        yield from _title(sheet, 1)
        return
    document, problems = source.parse(sheet.front.encode(), sheet.path)
    yield from (Problem(p.path, p.line + 1, p.where, p.message, p.hint) for p in problems)
    for name in document.value if isinstance(document.value, dict) else ():
        if name not in FRONT_KEYS:
            line = document.line((name,)) + 1
            yield Problem(sheet.path, line, "", f"页首不能写 {shown(name)}", f"只用 {'、'.join(FRONT_KEYS)}")
    braced = [where for where, text in document.texts if re.search("[<>{}]", text)]
    for where in braced:
        hint = "删去它们；页首只写文字"
        yield Problem(sheet.path, document.line(where) + 1, "", "页首里有尖括号或花括号", hint)
    if not braced:
        yield from _title(sheet, sheet.offset + 1)


def _title(sheet: Sheet, line: int) -> Iterator[Problem]:
    if re.search("[<>]", sheet.title):
        yield Problem(sheet.path, line, "", "页面标题里有尖括号", "标题只写文字；要写标签时放在正文里")


def only_macros_are_called(sheet: Sheet) -> Iterator[Problem]:
    """页面里的模板代码只有文档列出的宏，参数直接写在引号里；过滤器、属性、变量、计算、花括号加百分号一律不接受。"""
    hint = '只用文档里列出的宏，如 {{ show("dues") }}；参数写在引号里；要显示花括号时写 &#123; 和 &#125;'
    lines = set()
    try:
        for line, token, value in Environment().lex(sheet.text):
            odd = token in ("variable_begin", "variable_end") and value.strip() not in ("{{", "}}")
            if odd or token in ("block_begin", "comment_begin", "raw_begin"):
                lines.add(line)
        if not lines:
            lines |= set(_strange_calls(sheet))
    except TemplateSyntaxError as error:
        # What is never closed is noticed at the end of the page: the opening braces are where it starts.
        before = "\n".join(sheet.text.split("\n")[: error.lineno])
        opened = max(map(before.rfind, ("{{", "{%", "{#")))
        lines = lines or {before[:opened].count("\n") + 1 if opened >= 0 else error.lineno}
    except (RecursionError, ValueError, OverflowError):  # nested too deep, or a figure without end
        lines.add(_line_of(sheet.text, "{{"))
    for line in sorted(lines):
        yield Problem(sheet.path, line, "", "页面里有不能用的模板代码", hint)


def _strange_calls(sheet: Sheet) -> Iterator[int]:
    """Lines of what stands between double braces and is no call of a known macro with texts alone."""
    if FRONT.match(sheet.text) and "{{" in sheet.front:
        yield _line_of(sheet.text, "{{")
    for output in Environment().parse(sheet.text).body:
        for part in getattr(output, "nodes", [output]):
            if not isinstance(part, nodes.TemplateData) and not _is_literal_call(part, sheet.macros):
                yield part.lineno


def _is_literal_call(node: nodes.Node, macros: Collection[str]) -> bool:
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in macros):
        return False
    values = [*node.args, *(keyword.value for keyword in node.kwargs)]
    texts = all(isinstance(value, nodes.Const) and isinstance(value.value, str) for value in values)
    return texts and node.dyn_args is None and node.dyn_kwargs is None


def markup_is_harmless(sheet: Sheet) -> Iterator[Problem]:
    """页面里只用排版的标签和属性；脚本、事件属性、style、表单控件、嵌入别的网页都不接受。"""
    yield from _told(sheet, "tag")


def addresses_are_harmless(sheet: Sheet) -> Iterator[Problem]:
    """链接只写 https 网址、mailto 邮箱和本手册里的地址；图片只用 docs/ 里的，不用别的网站上的。"""
    yield from _told(sheet, "address")


def _told(sheet: Sheet, about: str) -> Iterator[Problem]:
    for line, finding in sheet.findings:
        if finding.about == about:
            yield Problem(sheet.path, line, "", finding.message, finding.hint)


RULES = (
    pages_are_readable,
    front_matter_is_plain,
    only_macros_are_called,
    markup_is_harmless,
    addresses_are_harmless,
)


def page_problems(sheet: Sheet) -> Iterator[Problem]:
    """What is wrong with a page; its markup is looked at only when its text and its macros are sound."""
    for rules in (RULES[:3], RULES[3:]):
        found = [p for rule in rules for p in _of(rule, sheet)]
        yield from found
        if found:
            return


def _of(rule, sheet: Sheet) -> Iterator[Problem]:
    try:
        yield from (p.by(rule) for p in rule(sheet))
    except RecursionError:
        message = "引用或列表套得太深"
        yield Problem(sheet.path, 1, "", message, "减少层级").by(rule)


# ---- Files that are no pages -----------------------------------------------------------------------------------

ASSETS = ("css", "jpeg", "jpg", "js", "json", "pdf", "png", "svg", "txt", "webp", "woff2")


def files_are_known(root: Path) -> Iterator[Problem]:
    """docs/ 里只放 .md 页面，别的文件放 docs/assets/；不放网页、程序和指到别处的链接文件。"""
    for file in sorted([*(root / "docs").rglob("*"), *(root / "data").rglob("*")]):
        path = file.relative_to(root).as_posix()
        if file.is_symlink():
            yield Problem(path, 1, "", "这是一个指到别处的链接文件", "换成真正的文件")
        elif path.startswith("docs/") and file.is_file() and file.suffix != ".md":
            inside = path.startswith("docs/assets/") and file.suffix[1:].lower() in ASSETS
            if not inside and not file.name.startswith("."):
                hint = f"页面用 .md；别的放 docs/assets/，可用 {'、'.join(ASSETS)}"
                yield Problem(path, 1, "", "docs/ 里不能放这种文件", hint)


def pictures_are_still(root: Path) -> Iterator[Problem]:
    """SVG 图里没有脚本、事件属性、嵌入的网页和别的网站上的东西。"""
    for file in sorted((root / "docs").rglob("*.svg")):
        if not file.is_symlink():
            reader = _Picture()
            reader.feed(file.read_text(encoding="utf-8", errors="replace"))
            reader.close()
            for line, what in reader.found:
                yield Problem(
                    file.relative_to(root).as_posix(),
                    line,
                    "",
                    f"图里不能有{what}",
                    "删去它，或另存为普通 SVG",
                )


class _Picture(HTMLParser):
    FORBIDDEN = (
        "script",
        "foreignobject",
        "iframe",
        "embed",
        "object",
        "handler",
        "listener",
        "animate",
        "set",
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def _add(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.rpartition(":")[2] in self.FORBIDDEN:
            self._add(f" <{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self._add(f"事件属性 {name}")
            elif name.rpartition(":")[2] in ("href", "src") and not (value or "").startswith("#"):
                self._add(f"地址“{shown(value or '')}”")
            elif _loads(value or ""):
                self._add("从别处取的样式")

    def handle_data(self, data: str) -> None:
        if _loads(data):
            self._add("从别处取的样式")

    def handle_decl(self, decl: str) -> None:
        self._add(" <!…>")

    def unknown_decl(self, data: str) -> None:
        self._add(" <![…]>")


def _loads(css: str) -> bool:
    return bool(re.search(r"@import|\\|url\(\s*['\"]?(?!#|['\"]?#)", css, re.I))


FILE_RULES = (files_are_known, pictures_are_still)


def file_problems(root: Path) -> Iterator[Problem]:
    """What is wrong with the other files of docs/."""
    for rule in FILE_RULES:
        yield from (p.by(rule) for p in rule(root))
