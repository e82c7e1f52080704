"""Make the fragments of many leaves: from the cache where nothing changed, otherwise on all cores."""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from importlib.metadata import version
from pathlib import Path

from .. import letter
from . import fragment
from .faces import FONTS
from .formats import FORMATS, Format
from .fragment import Fragment
from .leaves import Leaf
from .paper import Paper

HERE = Path(__file__).parent
LETTER = Path(letter.__file__)
# What decides how a leaf is laid out: fragment.py and all that it imports (a test compares).
LAYOUT = ("columns", "faces", "fit", "flush", "formats", "fragment", "frontmatter", "leaves", "lines", "links", "paper", "structure", "trace", "typeset")
FEW = 3  # leaves: starting processes takes longer than to lay these out
BETWEEN_COLLECTIONS = 20  # leaves: pages refer to each other, and only the collector frees them


class Press:
    """Fragments by leaf and format; folder: where they are kept between runs, None to keep none."""

    def __init__(
        self, folder: Path | None = None, progress: Callable[[str], None] = lambda line: None, cores: int = os.cpu_count() or 1
    ) -> None:
        self.folder = folder
        self.progress = progress
        self.cores = cores
        self.ready: dict[str, Fragment] = {}

    def fragments(self, leaves: Iterable[Leaf], format: Format) -> list[Fragment]:
        """The fragment of each leaf, in order; whoever asks again gets it at once."""
        leaves = list(leaves)
        keys = [key(leaf, format) for leaf in leaves]
        wanted = {k: leaf for k, leaf in zip(keys, leaves, strict=True) if not self._know(k)}
        # The longest first, so that no core ends with a long one while the others wait.
        jobs = sorted(wanted.items(), key=lambda job: -len(job[1].html))
        for done, (k, data) in enumerate(_made(jobs, format, self.cores), 1):
            self.ready[k] = Fragment.loads(data)
            self._keep(k, data)
            self.progress(f"{done}/{len(jobs)} {wanted[k].label} {self.ready[k].pages}页")
        return [self.ready[k] for k in keys]

    def _know(self, key: str) -> bool:
        if key not in self.ready and self.folder and (file := self.folder / key).is_file():
            self.ready[key] = Fragment.loads(file.read_bytes())
        return key in self.ready

    def _keep(self, key: str, data: bytes) -> None:
        if self.folder:
            keep(self.folder / key, data)


def keep(file: Path, data: bytes) -> None:
    """Writes a file that others may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(file)


def _made(jobs: list[tuple[str, Leaf]], format: Format, cores: int) -> Iterable[tuple[str, bytes]]:
    """(key, fragment as bytes) as they get ready."""
    if len(jobs) <= FEW or cores == 1:
        for key, leaf in jobs:
            yield key, _make(leaf, format.id)
        return
    with ProcessPoolExecutor(min(cores, len(jobs))) as pool:
        futures = {pool.submit(_make, leaf, format.id): key for key, leaf in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()


_paper = cache(lambda format: Paper(FORMATS[format]))
_laid_out = 0


def _make(leaf: Leaf, format: str) -> bytes:
    """One fragment, in whichever process; the collector of garbage waits, for it finds little and takes long."""
    global _laid_out
    gc.disable()
    try:
        data = fragment.make(leaf, FORMATS[format], _paper(format)).dumps()
    finally:
        gc.enable()
    _laid_out += 1
    if _laid_out % BETWEEN_COLLECTIONS == 0:
        gc.collect()
    return data


def key(leaf: Leaf, format: Format) -> str:
    """What a fragment depends on: what is laid out of its leaf, the format, and everything that lays it out."""
    laid_out = (leaf.id, leaf.title, leaf.html, leaf.kind, leaf.level, leaf.code)
    return hashlib.sha256(repr((laid_out, format, layout())).encode()).hexdigest()


@cache
def layout() -> str:
    """A digest of the code, the style sheet, the fonts and the libraries of the layout."""
    digest = hashlib.sha256()
    for file in [*(HERE / f"{name}.py" for name in LAYOUT), LETTER, HERE / "style.css", *sorted(FONTS.glob("*.otf"))]:
        digest.update(file.name.encode() + file.read_bytes())
    for library in ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "fonttools"):
        digest.update(f"{library} {version(library)}".encode())
    from weasyprint.text.ffi import harfbuzz, pango  # only now: `check` needs no Pango

    digest.update(f"{pango.pango_version()} {harfbuzz.hb_version_atleast(10, 0, 0)}".encode())
    return digest.hexdigest()
