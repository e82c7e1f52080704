"""A drawing for the screen: the same picture in less than half the bytes, its looks left to the style sheet."""

from __future__ import annotations

import re

# What assets/stylesheets/chart.css says by class; paper carries it as attributes.
LOOKS = re.compile(
    r' (?:xmlns|font-family|fill|stroke|stroke-width|stroke-linejoin|stroke-dasharray|font-weight|text-anchor|pointer-events)="[^"]*"'
)
SIZES = re.compile(r'(<(?:text|tspan) class="fc-(?:note|stage|title)"[^>]*?) font-size="[^"]*"')
NUMBER_SIZE = re.compile(r'(<text class="fc-no"[^>]*?) font-size="11"')
UPRIGHT = re.compile(r'(<text class="fc-lane"[^>]*)>((?:<tspan x="[^"]*" y="[^"]*">[^<]*</tspan>)+)</text>')
CHARACTER = re.compile(r'<tspan x="([^"]*)" y="([^"]*)">([^<]*)</tspan>')
ONE_LINE = re.compile(r'(<text class="[^"]*")>(?:<tspan( x="[^"]*" y="[^"]*")>)([^<]*)</tspan></text>')
# Marks without words say nothing to a screen reader anyway.
SILENT = re.compile(r'<g aria-hidden="true">((?:<(?:path|circle|rect)\b[^>]*/>)+)</g>')
RUN = re.compile(r'<path class="(fc-guide|fc-line)" d="[^"]*"/>(?:<path class="\1" d="[^"]*"/>)+')
SPACED = re.compile(r"(?<=[0-9]) ?([A-Za-z]) ?(?=[-0-9])")
# The commonest of its kind needs no class: chart.css says how it looks.
COMMON = re.compile(r'(?<=<text) class="fc-note"|(?<=<circle) class="fc-station"|(?<=<rect) class="fc-hit"')
NAMED = re.compile(r'(<svg [^>]*?) lang="zh-CN" role="group" aria-labelledby="[^"]*"><title id="[^"]*">([^<]*)</title>')
DRAWN = re.compile(r' d="([^"]*)"')


def lean(svg: str) -> str:
    """A drawing of charts() for a page that loads chart.css."""
    svg = LOOKS.sub("", svg)
    svg = NUMBER_SIZE.sub(r"\1", SIZES.sub(r"\1", svg))
    svg = ONE_LINE.sub(r"\1\2>\3</text>", UPRIGHT.sub(_upright, svg))
    svg = RUN.sub(
        lambda m: f'<path class="{m[1]}" d="{"".join(DRAWN.findall(m[0]))}"/>', SILENT.sub(r"\1", svg)
    )
    svg = DRAWN.sub(lambda m: SPACED.sub(r"\1", m[0]), svg)
    svg = NAMED.sub(r'\1 role="group" aria-label="\2">', COMMON.sub("", svg))
    return svg.replace("\n", "")


def _upright(match: re.Match) -> str:
    """One text with a place for each character; a character reference stays one character."""
    xs, ys, characters = zip(*CHARACTER.findall(match[2]), strict=True)
    return f'{match[1]} x="{" ".join(xs)}" y="{" ".join(ys)}">{"".join(characters)}</text>'
