"""The kinds of content, written out in the order readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .checklist import Checklist
from .culture import Culture
from .edition import Edition
from .fields import Model
from .form import Form
from .procedure import Procedure
from .regulation import Regulation
from .shared import Handbook, RoleList, TermList


@dataclass(frozen=True)
class Kind:
    """A kind of item: one folder in data/, one model, one page template beside it."""

    id: str
    title: str
    folder: str
    model: type[Model]

    @property
    def template(self) -> Path:
        return Path(__file__).with_name(f"{self.id}.md.j2")


KINDS = {
    kind.id: kind
    for kind in (
        Kind("procedure", "程序", "procedures", Procedure),
        Kind("checklist", "清单", "checklists", Checklist),
        Kind("culture", "文化", "culture", Culture),
        Kind("form", "表单", "forms", Form),
        Kind("regulation", "法规", "regulations", Regulation),
    )
}

# Printed editions: files like those of the kinds, but no pages of the handbook.
EDITION = Kind("edition", "分册", "editions", Edition)
FOLDERS = {**KINDS, EDITION.id: EDITION}

# One file each, beside the folders of the kinds.
SHARED: dict[str, type[Model]] = {"handbook": Handbook, "roles": RoleList, "terms": TermList}
