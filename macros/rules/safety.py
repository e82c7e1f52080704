"""Rules about what data must not try to be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..problems import Problem
from .prose import matches
from .scope import Scope, in_document

# Data is never evaluated, only shown; whoever types this meant something else, or no good.
CODE = re.compile(r"\{[{%#]")


def template_code_is_not_typed(scope: Scope) -> Iterator[Problem]:
    """数据里不写模板代码：花括号不连写，后面也不跟百分号和井号。"""
    for document, where, found in matches(scope, CODE):
        yield in_document(document, where, f"写了模板代码“{found[0]}”", "删去它；数据只写文字")


RULES = (template_code_is_not_typed,)
