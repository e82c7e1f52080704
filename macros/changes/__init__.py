"""What changed between two states of the handbook, told by item and field: compare(read(old), read(new))."""

from .compare import compare, comparison
from .revision import Revision, read
from .told import Change, Comparison, Reason

__all__ = ["Change", "Comparison", "Reason", "Revision", "compare", "comparison", "read"]
