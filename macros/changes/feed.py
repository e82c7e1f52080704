"""The Atom feed of published editions; every date in it is an edition's."""

from __future__ import annotations

import uuid
from html import escape

from ..catalogue import Catalogue
from ..kinds.fields import full_date

NAMES = uuid.UUID(
    "5b0c7f0e-6f5b-5d5e-9c53-7a3f2d6c1e10"
)  # the name space of the feed's ids: any fixed one will do


def feed(catalogue: Catalogue, site_url: str) -> str:
    """Atom XML, newest edition first; addresses are relative where the site's own is not known."""
    h = catalogue.handbook
    base = site_url.rstrip("/") + "/" if site_url else ""
    updated = _moment(catalogue.history[0].date if catalogue.history else h.date)
    entries = "".join(_entry(catalogue, edition, base) for edition in catalogue.history)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        f"  <title>{escape(h.title)}：更新记录</title>\n  <id>{_id(h.title)}</id>\n  <updated>{updated}</updated>\n"
        f"  <author><name>{escape(h.organisation)}</name></author>\n"
        f'  <link rel="self" href="{escape(base)}updates.xml"/>\n  <link href="{escape(base)}updates/"/>\n{entries}</feed>\n'
    )


def _entry(catalogue: Catalogue, edition: object, base: str) -> str:
    title = f"{catalogue.handbook.title} {edition.id}版"
    changed = dict.fromkeys(c.item for c in edition.changes)
    lines = [*edition.note, *([f"改动的条目：{'、'.join(changed)}。"] if changed else [])]
    anchor = f"edition-{edition.id.replace('.', '-')}"
    return (
        f"  <entry>\n    <title>{escape(title)}</title>\n    <id>{_id(catalogue.handbook.title, edition.id)}</id>\n"
        f"    <updated>{_moment(edition.date)}</updated>\n"
        f'    <link href="{escape(base)}updates/#{anchor}"/>\n'
        f'    <content type="text">{escape(chr(10).join(lines))}</content>\n  </entry>\n'
    )


def _moment(date: str) -> str:
    """Midnight in Beijing of an edition's day."""
    return f"{full_date(date)}T00:00:00+08:00"


def _id(*names: str) -> str:
    return f"urn:uuid:{uuid.uuid5(NAMES, chr(10).join(names))}"
