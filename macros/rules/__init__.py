"""Every rule of the check, written out; a rule's docstring is the rule as the guide prints it."""

from . import consistency, links, pitfalls, procedures, prose, safety
from .scope import Scope

RULES = (*links.RULES, *procedures.RULES, *consistency.RULES, *pitfalls.RULES, *prose.RULES, *safety.RULES)

__all__ = ["RULES", "Scope"]
