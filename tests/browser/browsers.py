"""Which browser is driven: the machine's Chromium, else the one that Playwright downloads."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(Exception):
    """There is no Chromium on this machine, and Playwright has none of its own."""


def machines_browser() -> str | None:
    """The path of the machine's Chromium; the environment's CHROMIUM wins. None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


def find_browser(playwright: Playwright) -> str:
    """The path of the browser to drive. Raises NoBrowserError."""
    path = machines_browser() or playwright.chromium.executable_path
    if not Path(path).exists():
        raise NoBrowserError(
            f"There is no Chromium ({', '.join(NAMES)}), and none at {path}: `make test-browser` downloads one."
        )
    return path


def main() -> int:
    """Print the browser's path, or fail with what is missing."""
    with sync_playwright() as playwright:
        try:
            print(find_browser(playwright))
        except NoBrowserError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
