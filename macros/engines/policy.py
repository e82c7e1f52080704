"""The Content-Security-Policy of a page: its own files, and the theme's short scripts by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re

INLINE = re.compile(r"<script(?P<given>(?:\s[^>]*)?)>(?P<code>.*?)</script>", re.S)


def policy(html: str) -> str:
    """What the page may load and run: nothing from other hosts, no script that is not known by file or by hash."""
    hashes = dict.fromkeys(
        f"'sha256-{base64.b64encode(hashlib.sha256(m['code'].encode()).digest()).decode()}'"
        for m in INLINE.finditer(html)
        if "src=" not in m["given"] and "application/json" not in m["given"]
    )
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes)),
            # Style elements are refused; single attributes (widths of columns, heights of form rows) are not.
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def with_policy(html: str) -> str:
    """The page with its policy, before anything that it governs."""
    return re.sub(
        r"(<meta charset=[^>]*>)",
        lambda m: f'{m[1]}\n<meta http-equiv="Content-Security-Policy" content="{policy(html)}">',
        html,
        count=1,
    )
