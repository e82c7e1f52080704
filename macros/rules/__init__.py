"""Every rule of the check, written out; a rule's docstring is the rule as the guide prints it."""

from . import consistency, links, names, pitfalls, procedures, prose, safety
from .scope import Scope

RULES = (
    *links.RULES, *names.RULES, *procedures.RULES, *consistency.RULES, *pitfalls.RULES, *prose.RULES, *safety.RULES,
)  # fmt: skip

__all__ = ["RULES", "Scope"]
