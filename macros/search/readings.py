"""Chinese characters -> pinyin without tones, so that a browser can compare what is typed with what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pypinyin import lazy_pinyin, load_phrases_dict

HAN = re.compile(r"[\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def _common() -> str:
    """The 3,755 commonest characters: level 1 of GB 2312, rows 16 to 55."""
    codes = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 56) for cell in range(1, 95))
    return b"".join(codes).decode("gb2312", "ignore")


def table(names: Iterable[str]) -> str:
    """Readings of the common characters and of all in these names: “a啊阿|ai哀埃|…”."""
    by_sound: dict[str, list[str]] = {}
    for character in sorted({*_common(), *HAN.findall("".join(names))}):
        by_sound.setdefault(lazy_pinyin(character)[0], []).append(character)
    return "|".join(sound + "".join(characters) for sound, characters in sorted(by_sound.items()))


def exceptions(names: Iterable[str], special: Mapping[str, str]) -> dict[str, str]:
    """Names in which a character is not read as it is alone: 组织调整 -> zu zhi tiao zheng.

    special: words that pypinyin itself misreads, with one syllable a character.
    """
    load_phrases_dict({word: [[syllable] for syllable in sounds.split()] for word, sounds in special.items()})
    found = {}
    for name in names:
        characters = HAN.findall(name)
        read = lazy_pinyin(name, errors="ignore")
        if read != [lazy_pinyin(c)[0] for c in characters]:
            found[name] = " ".join(read)
    return found
