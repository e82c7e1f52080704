"""The book's own fonts: they can show every standard character, and what they cannot show is noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from macros.print import glyphs

ROOT = Path(__file__).resolve().parent.parent
FONTS = glyphs.COVERAGE.parent
NAMES = ["HandbookSans-Regular", "HandbookSans-Bold", "HandbookSerif-Regular", "HandbookSerif-Bold"]


@pytest.fixture(scope="module", params=NAMES)
def face(request):
    """Each of the four faces in turn."""
    with TTFont(FONTS / f"{request.param}.otf", lazy=True) as font:
        yield font


@pytest.fixture(scope="module")
def tgh():
    """通用规范汉字表."""
    return (FONTS / "tgh.txt").read_text(encoding="utf-8").strip()


def test_the_list_of_standard_characters_is_whole(tgh):
    assert len(tgh) == len(set(tgh)) == 8105
    assert tgh.startswith("一乙二十丁厂七卜八人")
    assert set("党支部堃喆") <= set(tgh) and not set("書體") & set(tgh)


def test_every_face_shows_every_standard_character(face, tgh):
    assert not set(map(ord, tgh)) - set(face.getBestCmap())


def test_every_face_shows_latin_letters_symbols_and_form_marks(face):
    wanted = (
        "".join(map(chr, range(0x20, 0x7F))) + "éüñαβΩ①⑳■□●○◆◇▲△▼▽★☆✓㎡℃‰§№×÷≤≥≈±〔〕《》「」【】…—–·“”　"
    )
    assert not set(map(ord, wanted)) - set(face.getBestCmap())


def test_every_face_keeps_the_features_for_chinese_punctuation_and_kerning(face):
    tags = {
        record.FeatureTag for tag in ("GSUB", "GPOS") for record in face[tag].table.FeatureList.FeatureRecord
    }
    assert {"halt", "palt", "vert", "kern"} <= tags


def test_the_faces_have_names_of_their_own_and_keep_their_licence(face):
    names = face["name"]
    assert names.getDebugName(1) in ("Handbook Sans", "Handbook Serif")
    assert "Adobe" in names.getDebugName(0) and "Open Font License" in names.getDebugName(13)
    # "Source" is the reserved name of Noto CJK; "Noto" would clash with a font on the reader's machine.
    shown = " ".join(names.getDebugName(identity) for identity in (1, 3, 4, 6))
    assert "Source" not in shown and "Noto" not in shown


def test_the_committed_files_pass_the_makers_own_check():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "fonts.py", "--check"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


def test_the_fonts_stay_small_enough_to_live_in_git():
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 20_000_000


def test_the_licence_is_beside_the_fonts():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


# ---- Asking what cannot be shown -----------------------------------------------------------------------------


def test_ordinary_chinese_misses_nothing(tgh):
    assert glyphs.missing("党支部“三会一课”，每月 1 次；①②□✓——……《章程》\n\t%‰") == ""
    assert glyphs.missing(tgh) == ""


def test_what_no_face_can_show_is_named_once_and_in_order():
    assert glyphs.missing("好😀的☑ 😀☐") == "☐☑😀"


def test_control_characters_are_named_but_invisible_helpers_are_not():
    assert glyphs.missing("a\u200bb\u2060c\ufeff\ufe0f") == ""
    assert glyphs.missing("a\x07b\ufffe") == "\x07\ufffe"


def test_the_quick_list_and_the_faces_agree(face):
    covered = set(face.getBestCmap())
    shown = {point for point in range(0x20, 0x30000) if not glyphs.missing(chr(point))}
    invisible = {point for point in shown - covered if glyphs._invisible(chr(point))}
    assert shown - invisible <= covered
