"""A page in docs/ is text: what would run code or load something is refused, with its file and line."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from handbooks import BASE, changed

from macros import guard, pages, report
from macros.authoring import Author
from macros.catalogue import load
from macros.media import Site

PAGE = "docs/page.md"
HEAD = "---\ntitle: 一页\norder: 3\n---\n\n# 一页 { #top }\n\n"
LINE = HEAD.count("\n") + 1


def told(root: Path, text: str, path: str = PAGE) -> list[tuple[int, str]]:
    """What the check says about a page with this text: lines and messages."""
    _, problems = report.check(changed(root, [{"in": path, "write": text}]))
    assert {p.path for p in problems} <= {path}
    return [(p.line, p.message) for p in problems]


# The strings that scanners and write-ups of template injection use, and what is close to them.
TEMPLATE_CODE = [
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{{ config }}",
    "{{ config.items() }}",
    "{{ self }}",
    "{{ environment }}",
    "{{ catalogue }}",
    "{{ show }}",
    "{{ show() if true else 1 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ show.__globals__ }}",
    "{{ show.__func__.__globals__['os'] }}",
    "{{ show('dues').__class__ }}",
    "{{ show('dues')|safe }}",
    "{{ show('dues'|upper) }}",
    "{{ 'dues'|attr('__class__') }}",
    "{{ request['application']['__globals__'] }}",
    "{{ show('du' ~ 'es') }}",
    "{{ show('du' + 'es') }}",
    "{{ show(x) }}",
    "{{ show(show('dues')) }}",
    "{{ show(*['dues']) }}",
    "{{ show(**{'ident': 'dues'}) }}",
    "{{ show(['dues']) }}",
    "{{ show(1) }}",
    "{{ range(9**9) }}",
    "{{ joiner('x') }}",
    "{{ dict(a=1) }}",
    "{{ namespace() }}",
    "{{ super() }}",
    "{{ caller() }}",
    "{{ fix_url('x') }}",
    "{{ macros_info() }}",
    "{{ context() }}",
    "{{ now() }}",
    "{{ include_file('/etc/passwd') }}",
    "{{- show('meeting') -}}",
    "{{ show('meeting') + '' }}",
    "{{ show('meeting')[0] }}",
    "{{ show('meeting') == 'x' }}",
    "{{ not show('meeting') }}",
    "{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
    "{% set x = 1 %}",
    "{% if 1 %}a{% endif %}",
    "{% import 'os' as os %}",
    "{% from 'a' import b %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'base.html' %}",
    "{% block content %}x{% endblock %}",
    "{% macro m() %}x{% endmacro %}",
    "{% call show('dues') %}x{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{%- print(1) -%}",
    "{# hidden #}",
    "{{",
    "}} {{ 1",
    "{% if",
    "{{ '",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "9" * 5000 + " }}",
    "`{{ 7*7 }}`",
    "<code>{{ 7*7 }}</code>",
    "<!-- {{ 7*7 }} -->",
]


@pytest.mark.parametrize("code", TEMPLATE_CODE, ids=lambda c: c[:40])
def test_template_code_is_refused_where_it_stands(code: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"{HEAD}第一行。\n\n{code}\n\n末行。\n")
    assert found == [(LINE + 2, "页面里有不能用的模板代码")]


@pytest.mark.parametrize("code", ["{{ 7*7 }}", "{% set x = 1 %}", "{# x #}", "{{ show('meeting') }}"])
def test_template_code_is_refused_in_front_matter_too(code: str, tmp_path: Path) -> None:
    found = told(
        tmp_path,
        f"---\ntitle: 一页\ndescription: '{code}'\n---\n\n# 一页\n".replace("'m", "''m").replace("g'", "g''"),
    )
    assert (3, "页首里有尖括号或花括号") in found


MACROS = [
    "{{ show('meeting') }}",
    '{{ link("meeting", "会", anchor="top") }}',
    '{{ link("meeting",\n   "会") }}',
    "{{ listing('form', style='plain') }}",
    "{{ calendar() }}",
]


@pytest.mark.parametrize("code", MACROS)
def test_macros_with_texts_are_welcome(code: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{HEAD}<ul>\n<li>{code}</li>\n</ul>\n\n{code}\n") == []


# (what is typed, what the check says of it)
MARKUP = {
    "<script>alert(1)</script>": "页面里不能用 <script> 标签",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>": "页面里不能用 <script> 标签",
    "字 <script>alert(1)</script> 字": "页面里不能用 <script> 标签",
    "<div>\n<script>alert(1)</script>\n</div>": "页面里不能用 <script> 标签",
    "<iframe src='https://evil.example'></iframe>": "页面里不能用 <iframe> 标签",
    "<object data='x.swf'></object>": "页面里不能用 <object> 标签",
    "<embed src='x.swf'>": "页面里不能用 <embed> 标签",
    "<svg onload='alert(1)'></svg>": "页面里不能用 <svg> 标签",
    "<svg/onload=alert(1)>": "页面里不能用 <svg> 标签",
    "<math><mi xlink:href='data:x'></mi></math>": "页面里不能用 <math> 标签",
    "<style>@import url(https://evil.example/x.css);</style>": "页面里不能用 <style> 标签",
    "<link rel='stylesheet' href='https://evil.example/x.css'>": "页面里不能用 <link> 标签",
    "<meta http-equiv='refresh' content='0;url=https://evil.example'>": "页面里不能用 <meta> 标签",
    "<base href='https://evil.example/'>": "页面里不能用 <base> 标签",
    "<form action='https://evil.example'><input></form>": "页面里不能用 <form> 标签",
    "<video src='x.mp4'></video>": "页面里不能用 <video> 标签",
    "<template><b>x</b></template>": "页面里不能用 <template> 标签",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>": "页面里不能用 <noscript> 标签",
    "<p onclick='alert(1)'>字</p>": "不能写事件属性 onclick",
    "<img src=x.png onerror=alert(1)>": "不能写事件属性 onerror",
    "<img\nsrc=x.png\nonerror=alert(1)>": "不能写事件属性 onerror",
    '<p><a href="x.md"onmouseover="alert(1)">字</a></p>': "不能写事件属性 onmouseover",
    "<details open ontoggle=alert(1)>字</details>": "不能写事件属性 ontoggle",
    "[字](x.md){ onclick=alert(1) }": "不能写事件属性 onclick",
    "字。\n{ onclick=alert(1) }": "不能写事件属性 onclick",
    "## 题 { onclick=alert(1) }": "不能写事件属性 onclick",
    "``` { .py onclick=alert(1) }\nx\n```": "不能写事件属性 onclick",
    "<p style='background:url(https://evil.example/x)'>字</p>": "不能写 style 属性",
    "字。\n{ style='position:fixed' }": "不能写 style 属性",
    "<a href='x.md' ping='https://evil.example'>字</a>": "不能写属性 ping",
    "<img src='x.png' srcset='https://evil.example/x 2x'>": "不能写属性 srcset",
    "<a href='x.md' target='_blank'>字</a>": "不能写属性 target",
    "<p data-md-component='source'>字</p>": "不能写属性 data-md-component",
    "<p id='__config'>{}</p>": "不能用“__config”作 id",
    "<div class='mermaid'>graph TD</div>": "不能用“mermaid”作 class",
    "字。\n{ .mermaid }": "不能用“mermaid”作 class",
    "<!--><img src=x onerror=alert(1)>-->": "注释里有尖括号或短横线",
    "<?php phpinfo() ?>": "页面里不能写 <?…>",
    "<!DOCTYPE html>": "页面里不能写 <!…>",
    "<p title=\"{{ heading('meeting') }}\">字</p>": "宏写在了标签或链接地址里面",
    "[字]({{ heading('meeting') }})": "宏写在了标签或链接地址里面",
}

ADDRESSES = {
    "[字](javascript:alert(1))": "以 javascript: 开头",
    "[字](JaVaScRiPt:alert(1))": "以 javascript: 开头",
    "[字](<java\tscript:alert(1)>)": "以 javascript: 开头",
    "[字](&#106;avascript:alert(1))": "以 javascript: 开头",
    "[字](javascript&colon;alert(1))": "以 javascript: 开头",
    "[字](%6Aavascript:alert(1))": "以 javascript: 开头",
    "<a href=' javascript:alert(1)'>字</a>": "以 javascript: 开头",
    "<a href='java&#10;script:alert(1)'>字</a>": "以 javascript: 开头",
    "<a href='&#x01;javascript:alert(1)'>字</a>": "以 javascript: 开头",
    "[字](vbscript:x)": "以 vbscript: 开头",
    "[字](data:text/html;base64,PHNjcmlwdD4=)": "以 data: 开头",
    "[字](file:///etc/passwd)": "以 file: 开头",
    "[字](//evil.example/x)": "不是相对地址",
    "[字](/\\evil.example/x)": "不是相对地址",
    "[字][远]\n\n[远]: javascript:alert(1)": "以 javascript: 开头",
    "![图](https://evil.example/x.png)": "不在本手册里",
    "![图](//evil.example/x.png)": "不在本手册里",
    "![图](data:image/svg+xml;base64,PHN2Zz4=)": "不在本手册里",
    "<img src='HTTPS://evil.example/x.png'>": "不在本手册里",
    "<img src='\\\\evil.example\\x.png'>": "不在本手册里",
}


@pytest.mark.parametrize("typed", MARKUP)
def test_markup_that_runs_or_hides_something_is_refused_where_it_stands(typed: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"{HEAD}第一段。\n\n{typed}\n\n末段。\n")
    assert MARKUP[typed] in {message for _, message in found}, found
    assert {line for line, _ in found} <= set(range(LINE + 2, LINE + 2 + len(typed.split("\n")))), found


@pytest.mark.parametrize("typed", ADDRESSES)
def test_addresses_that_run_or_load_something_are_refused_where_they_stand(
    typed: str, tmp_path: Path
) -> None:
    found = told(tmp_path, f"{HEAD}第一段。\n\n{typed}\n\n末段。\n")
    assert found and all(message.endswith(ADDRESSES[typed]) for _, message in found), found
    assert found[0][0] == LINE + 2


GOOD = [
    "[字](https://www.12371.cn/a?b=c)、[信](mailto:a@example.org)、[页](../forms/index.md#top)、[处](#top)",
    "![图](assets/images/guide.svg){ .wide width=600 }",
    "| 左 | 右 |\n|:--|--:|\n| 一 | 二 |",
    "```html\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>` 和 `javascript:alert(1)`",
    "&lt;script&gt; 3 < 5，a<b。",
    "<!-- 写给编辑的话 -->",
    '<table class="data"><thead><tr><th scope="col">一</th></tr></thead><tbody><tr><td>二</td></tr></tbody></table>',
    "<details open><summary>看</summary><p>字</p></details>",
    '!!! note "注意"\n    字。',
    "词\n:   解释",
]


@pytest.mark.parametrize("typed", GOOD)
def test_what_a_page_needs_is_let_through(typed: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{HEAD}{typed}\n") == []


def test_the_same_fault_on_two_lines_is_told_at_both_and_code_is_left_alone(tmp_path: Path) -> None:
    text = f"{HEAD}```\n<script>x</script>\n```\n\n字 <script>x</script>\n\n字\n\n字 <script>x</script>\n"
    assert [line for line, _ in told(tmp_path, text)] == [LINE + 4, LINE + 8]


FRONT = {
    "---\ntitle: 一页\ntemplate: x.html\n---\n\n# 页\n": (3, "页首不能写 template"),
    "---\ntitle: 一页\nignore_macros: true\n---\n\n# 页\n": (3, "页首不能写 ignore_macros"),
    "---\ntitle: <b>页</b>\n---\n\n# 页\n": (2, "页首里有尖括号或花括号"),
    "---\ntitle: </title><script>alert(1)</script>\n---\n\n# 页\n": (2, "页首里有尖括号或花括号"),
    "---\ntitle: !!python/object/apply:os.system [id]\n---\n\n# 页\n": (
        2,
        "用了 YAML 标签“tag:yaml.org,2002:python/object/apply:os.system”",
    ),
    "template: x.html\n\n# 页\n": (1, "页首的写法不对"),
    "---  \ntitle: 页\n...\n\n# 页\n": (1, "页首的写法不对"),
    "# 页 `<script>`\n": (1, "页面标题里有尖括号"),
    "# 页\n\n    title: <img src=x>\n": None,
}


@pytest.mark.parametrize("text", FRONT)
def test_front_matter_holds_words_alone(text: str, tmp_path: Path) -> None:
    found = told(tmp_path, text)
    assert found == ([FRONT[text]] if FRONT[text] else [])


def test_a_page_that_is_no_text_is_told_not_thrown(tmp_path: Path) -> None:
    root = changed(tmp_path, [{"in": PAGE, "write": "# 页\n\n党支部\n"}, {"in": PAGE, "encode": "gbk"}])
    problems = report.check(root)[1]
    assert [(p.path, p.message) for p in problems] == [(PAGE, "文件不是 UTF-8 编码")]


@pytest.mark.parametrize("text", ["> " * 3000 + "字", "- " * 3000 + "字", "字" * 200_000, "**" * 20_000])
def test_a_page_made_to_exhaust_the_check_ends_in_a_message_or_none(text: str, tmp_path: Path) -> None:
    assert len(told(tmp_path, f"# 页\n\n{text}\n")) <= 1


def test_only_pages_and_known_files_lie_in_docs(tmp_path: Path) -> None:
    edits = [
        {"in": f"docs/{name}", "write": "x"}
        for name in (
            "evil.html",
            "assets/evil.html",
            "assets/run.py",
            "x.js",
            "assets/fine.js",
            "assets/fine.png",
            ".nojekyll",
        )
    ]
    root = changed(tmp_path, edits)
    os.symlink("/etc/passwd", root / "docs" / "secret.md")
    os.symlink("/etc/passwd", root / "data" / "forms" / "secret.yaml")
    found = {p.path: p.message for p in report.check(root)[1] if p.rule == "files_are_known"}
    odd, link = "docs/ 里不能放这种文件", "这是一个指到别处的链接文件"
    assert found == {
        "data/forms/secret.yaml": link,
        "docs/assets/evil.html": odd,
        "docs/assets/run.py": odd,
        "docs/evil.html": odd,
        "docs/secret.md": link,
        "docs/x.js": odd,
    }


PICTURES = {
    "<script>alert(1)</script>": "图里不能有 <script>",
    "<rect onload='alert(1)'/>": "图里不能有事件属性 onload",
    "<foreignObject><p>x</p></foreignObject>": "图里不能有 <foreignobject>",
    "<image href='https://evil.example/x.png'/>": "图里不能有地址“https://evil.example/x.png”",
    "<a xlink:href='javascript:alert(1)'><rect/></a>": "图里不能有地址“javascript:alert(1)”",
    "<style>@import 'https://evil.example';</style>": "图里不能有从别处取的样式",
    "<rect style='fill:url(https://evil.example/x)'/>": "图里不能有从别处取的样式",
    "<animate attributeName='href' to='javascript:x'/>": "图里不能有 <animate>",
}


@pytest.mark.parametrize("part", PICTURES)
def test_a_picture_neither_runs_nor_loads(part: str, tmp_path: Path) -> None:
    picture = f"<svg xmlns='http://www.w3.org/2000/svg'>\n<rect fill='url(#a)'/>\n{part}\n</svg>\n"
    root = changed(tmp_path, [{"in": "docs/assets/x.svg", "write": picture}])
    assert [(p.line, p.message) for p in report.check(root)[1]] == [(3, PICTURES[part])]


@pytest.mark.parametrize("rule", (*guard.RULES, *guard.FILE_RULES), ids=lambda r: r.__name__)
def test_each_rule_is_one_chinese_sentence(rule) -> None:
    assert re.fullmatch(r".*[\u4e00-\u9fff].*。", rule.__doc__) and len(rule.__doc__) <= 110


def test_texts_given_to_macros_come_out_as_texts() -> None:
    author = Author(load(BASE), Site("page"))
    text = '{{ link("meeting", "<script>alert(1)</script>", anchor="\\" onclick=alert(1)") }}\n{{ listing("form", style="\\"><script>") }}'
    out = pages.expand(pages.Page("page.md", "页", PAGE, text), author)
    seen = Tags()
    seen.feed(out)
    assert "script" not in seen.names and "onclick" not in seen.names
    assert {"a", "table", "href"} <= seen.names


class Tags(HTMLParser):
    """Names of the tags and attributes of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}
