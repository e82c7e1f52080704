"""A procedure as a metro map: one lane per role, one numbered station per step, one drawing per stage.

Imports run one way: words and measure, then plan and rows, then svg, lines and head, then draw; lean
makes a drawing light for the screen.
"""

from __future__ import annotations

from .draw import anchor, charts
from .lean import lean
from .words import description, same

__all__ = ["anchor", "charts", "description", "lean", "same"]
