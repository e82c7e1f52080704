"""Makes the book's four font files from Debian's Noto CJK, or checks the ones that are here, for maintainers."""

from _setup import ROOT, Parser, ensure

ensure()

import bz2
import logging
import sys
from contextlib import suppress
from pathlib import Path

from fontTools import subset
from fontTools.otlLib import builder
from fontTools.ttLib import TTCollection, TTFont

FOLDER = ROOT / "macros" / "print" / "fonts"
SOURCES = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")

# (our family, our style, the weight CSS calls it by, Debian's file, the face inside that file)
FACES = (
    ("Handbook Sans", "Regular", 400, "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ("Handbook Sans", "Bold", 700, "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
    ("Handbook Serif", "Regular", 400, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    ("Handbook Serif", "Bold", 700, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
)

# Features that change nothing in simplified Chinese but drag in the other regions' and historic shapes
# (locl alone adds 7,000 glyphs and 1.9 MB to each face, whose default shapes are the mainland ones already).
LEFT_OUT = {"aalt", "dlig", "hist", "locl", "ruby"}

# What every face must have besides 通用规范汉字表; a face without one of these is not written.
SYMBOLS = (
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳■□●○◆◇▲△▼▽★☆✓◎※〇←↑→↓"
    "屇"  # no word uses it: a common slip for 届, named in data/terms.yaml
    "㎡℃‰§№×÷≤≥≈±≠∞∵∴°′″￥€〔〕《》〈〉「」『』【】〖〗…—–·•“”‘’、。！？，；：（）～／　"
)
# Taken where the sources have them: punctuation, arrows, numbers, shapes, squared units, full-width forms.
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x2C7, 0x2D9), (0x370, 0x3FF), (0x2000, 0x206F), (0x2070, 0x209F),
    (0x20A0, 0x20BF), (0x2100, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x257F),
    (0x25A0, 0x25FF), (0x2600, 0x26FF), (0x2700, 0x27BF), (0x3000, 0x303F), (0x3100, 0x312F), (0x3200, 0x32FF),
    (0x3300, 0x33FF), (0xFE10, 0xFE4F), (0xFF00, 0xFFEF),
)  # fmt: skip
# ✗ ☐ ☑ ☒ are in no face of Noto CJK: the book has to use □ and ✓ instead.
BUDGET = 20_000_000  # bytes of all faces together; they live in git for ever

README = """# 印刷用字体 / Fonts of the printed book

The four files are subsets of Noto Sans CJK SC and Noto Serif CJK SC (Debian package `fonts-noto-cjk`
{version}), renamed to *Handbook Sans* and *Handbook Serif* so that they never mix with a font
installed on the reader's machine; they are under the SIL Open Font License 1.1 (`OFL.txt`), whose reserved name
"Source" they do not use. They cover all 8,105 characters of 通用规范汉字表 (`tgh.txt`, from Unihan's kTGH), GB 2312,
Latin, Greek and the usual symbols; `coverage.txt` lists what all four faces can show, and
`macros/print/glyphs.py` answers from it. Made and checked by `python3 scripts/fonts.py` (`--check`).
"""


def table_of_general_standard_characters() -> str:
    """The 8,105 characters of 通用规范汉字表 in the table's own order, from Unihan."""
    found = []
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            if "\tkTGH\t" in line and line.startswith("U+"):
                point, _, number = line.split("\t")
                found.append((int(number.strip().partition(":")[2]), chr(int(point[2:], 16))))
    return "".join(character for _, character in sorted(found))


def gb2312() -> set[int]:
    """The code points of GB 2312, the set older Chinese documents were typed in."""
    points = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            with suppress(UnicodeDecodeError):
                points.add(ord(bytes((row, cell)).decode("gb2312")))
    return points


def must_have(tgh: str) -> set[int]:
    """The code points no face may lack."""
    latin = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
    greek = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)]
    full_width = range(0xFF01, 0xFF5F)
    # The soft hyphen and the like are invisible and handled by the layout, not by a glyph.
    return {*map(ord, tgh + SYMBOLS), *latin, *greek, *full_width} - {0xAD}


def face_of(collection: Path, family: str) -> TTFont:
    """One face of a font collection, found by its family name because its position differs between versions."""
    for font in TTCollection(collection, lazy=True).fonts:
        if font["name"].getDebugName(1) == family:
            return font
    raise LookupError(f"{collection} 里没有“{family}”。")


def cut(font: TTFont, points: set[int]) -> None:
    """Leaves only the glyphs for these code points in the font."""
    options = subset.Options()
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    tables = [font[tag].table for tag in ("GSUB", "GPOS")]
    tags = {record.FeatureTag for table in tables for record in table.FeatureList.FeatureRecord}
    options.layout_features = sorted(tags - LEFT_OUT)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)


def space(font: TTFont) -> None:
    """Puts a quarter of an em between Chinese and Latin letters or digits, as part of the font's kerning.

    The layout engine shapes a line after it is broken, so nothing is left over where a line begins or ends.
    """
    cmap = font.getBestCmap()
    han = tuple(sorted({name for point, name in cmap.items() if 0x3400 <= point <= 0x9FFF}))
    latin = tuple(sorted({name for point, name in cmap.items() if chr(point).isascii() and chr(point).isalnum()}))
    pairs = builder.PairPosBuilder(font, None)
    gap = builder.buildValue({"XAdvance": font["head"].unitsPerEm // 4})
    pairs.addClassPair(None, han, gap, latin, None)
    pairs.addClassPair(None, latin, gap, han, None)
    table = font["GPOS"].table
    table.LookupList.Lookup.append(pairs.build())
    table.LookupList.LookupCount += 1
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "kern":
            record.Feature.LookupListIndex.append(table.LookupList.LookupCount - 1)
            record.Feature.LookupCount += 1


def rename(font: TTFont, family: str, style: str) -> None:
    """Gives the font our own family name, keeping the copyright and licence records."""
    full = family if style == "Regular" else f"{family} {style}"
    postscript = f"{family.replace(' ', '')}-{style}"
    names = font["name"]
    kept = {identity: names.getDebugName(identity) for identity in (0, 5, 13, 14)}
    names.names = []
    ours = {1: family, 2: style, 3: f"{postscript};branch-handbook", 4: full, 6: postscript}
    for identity, text in sorted((kept | ours).items()):
        names.setName(text, identity, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = postscript
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = full, family
    # One fixed date, so that making the files again gives the same bytes.
    font["head"].created = font["head"].modified = 3_722_025_600
    font.recalcTimestamp = False


def ranges(points: set[int]) -> str:
    """Code points as lines "first-last" in hexadecimal."""
    lines, run = [], []
    for point in [*sorted(points), None]:
        if run and point != run[-1] + 1:
            lines.append(f"{run[0]:X}-{run[-1]:X}" if len(run) > 1 else f"{run[0]:X}")
            run = []
        run.append(point)
    return "\n".join(lines) + "\n"


def file_of(family: str, style: str) -> Path:
    """Where a face is kept."""
    return FOLDER / f"{family.replace(' ', '')}-{style}.otf"


def make() -> int:
    """Writes the font files and the lists beside them."""
    absent = [str(path) for path in [UNIHAN, *{SOURCES / face[3] for face in FACES}] if not path.exists()]
    if absent:
        print("缺少制作字体的原料：" + "、".join(absent), file=sys.stderr)
        print("Debian/Ubuntu：sudo apt-get install fonts-noto-cjk unicode-data", file=sys.stderr)
        return 3
    FOLDER.mkdir(parents=True, exist_ok=True)
    tgh = table_of_general_standard_characters()
    wanted = {*map(ord, tgh), *gb2312(), *must_have(tgh)}
    wanted.update(point for first, last in RANGES for point in range(first, last + 1))
    shared = None
    for family, style, _, collection, face in FACES:
        print(f"正在制作 {family} {style} …", flush=True)
        font = face_of(SOURCES / collection, face)
        cut(font, wanted)
        space(font)
        rename(font, family, style)
        font.save(file_of(family, style))
        covered = set(font.getBestCmap())
        shared = covered if shared is None else shared & covered
    (FOLDER / "tgh.txt").write_text(tgh + "\n", encoding="utf-8")
    (FOLDER / "coverage.txt").write_text(ranges(shared), encoding="ascii")
    (FOLDER / "README.md").write_text(README.format(version="1:20220127+repack1-1"), encoding="utf-8")
    return check()


def faults() -> list[str]:
    """What is wrong with the font files that are here, one sentence each."""
    found, total, shared = [], 0, None
    tgh = (FOLDER / "tgh.txt").read_text(encoding="utf-8").strip()
    if len(tgh) != 8105 or len(set(tgh)) != 8105:
        found.append(f"tgh.txt 应有 8105 个不同的字，现有 {len(set(tgh))} 个。")
    for family, style, weight, _, _ in FACES:
        path = file_of(family, style)
        total += path.stat().st_size
        with TTFont(path, lazy=True) as font:
            covered = set(font.getBestCmap())
            name, heavy = font["name"].getDebugName(1), font["OS/2"].usWeightClass
        shared = covered if shared is None else shared & covered
        lost = sorted(must_have(tgh) - covered)
        if lost:
            found.append(f"{path.name} 缺 {len(lost)} 个字：{''.join(map(chr, lost[:20]))}")
        if (name, heavy) != (family, weight):
            found.append(f"{path.name} 的名称或字重不对：{name} {heavy}。")
    if ranges(shared) != (FOLDER / "coverage.txt").read_text(encoding="ascii"):
        found.append("coverage.txt 与字体文件不一致，请重新运行 python3 scripts/fonts.py。")
    if total > BUDGET:
        found.append(f"四个字体文件共 {total / 1e6:.1f} MB，超过 {BUDGET / 1e6:.0f} MB。")
    return found


def check() -> int:
    """Says whether the font files that are here cover what the book may need."""
    try:
        found = faults()
    except FileNotFoundError as error:
        found = [f"缺少文件 {error.filename}，请运行 python3 scripts/fonts.py。"]
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found:
        sizes = [f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in sorted(FOLDER.glob("*.otf"))]
        print("字体完好：" + "，".join(sizes))
    return 1 if found else 0


def main() -> int:
    """The command line."""
    parser = Parser(
        "用 Debian 的 Noto CJK 字体制作印刷用的字体子集，并核对覆盖的字。", "python3 scripts/fonts.py --check"
    )
    parser.add_argument("--check", action="store_true", help="只核对现有字体文件，不改动任何文件")
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return check() if parser.parse_args().check else make()


if __name__ == "__main__":
    sys.exit(main())
