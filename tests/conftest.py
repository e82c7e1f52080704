"""One build of the real content for all tests that look at the finished site and book."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from macros.catalogue import Catalogue, load

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Built:
    """What scripts/build.py left behind."""

    out: Path
    said: str

    @property
    def site(self) -> Path:
        return self.out / "site"

    @property
    def pdf(self) -> Path:
        return self.out / "handbook.pdf"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load(ROOT)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real handbook, built by the newcomer's command."""
    out = tmp_path_factory.mktemp("built")
    command = [sys.executable, "scripts/build.py", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(out, done.stdout)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the tests of a file."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
