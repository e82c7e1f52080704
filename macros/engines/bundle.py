"""A folder as one zip; the same files give the same bytes on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

LEFT_OUT = ("*.map", "*.gz", "sitemap.xml")  # what only servers and programmers use


def files_below(folder: Path, top: str) -> dict[str, bytes]:
    """Every file of a folder, by its name in the archive."""
    return {
        f"{top}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(file.match(pattern) for pattern in LEFT_OUT)
    }


def archive(files: Mapping[str, bytes], day: datetime) -> bytes:
    """The zip: names in order, every file of the same day, no trace of who packed it where."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            zipped.writestr(info, files[name])
    return packed.getvalue()
