"""The handbook's build: content model, pages, site and book. For mkdocs-macros: define_env."""

from typing import Any


def define_env(env: Any) -> None:
    """Registers the author macros; each sees the page that calls it."""
    from .engines.site import author_for

    def bound(name: str):
        def macro(*args: str, **options: str) -> str:
            return getattr(author_for(env.conf, env.page), name)(*args, **options)

        macro.__name__ = name
        return macro

    from .authoring import Author

    for name in Author.MACROS:
        env.macro(bound(name))
