"""What a visit brings to light: errors of the console, refusals of the security policy, barriers for people."""

from collections.abc import Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Response

REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
    `Security policy: ${event.effectiveDirective} refused ${event.blockedURI} ${event.sample} `
    + `(${event.sourceFile}:${event.lineNumber})`
));
"""
"""Runs before the page's own scripts. Chromium logs most refusals itself, but not all of them as errors."""

GRAVE = ("serious", "critical")

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Left out by axe unless it is asked for.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


class Problems:
    """Listens to a page from now on, and keeps what it should not have said."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self._expected: str | None = None
        page.add_init_script(REPORT_REFUSALS)
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("response", self._on_response)

    def expect_status(self, url: str) -> None:
        """The page itself at this address is meant to answer with an error."""
        self._expected = url

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.location.get("url") != self._expected:
            self.found.append(f"console {message.type}: {message.text}")

    def _on_error(self, error: Error) -> None:
        self.found.append(f"uncaught: {error}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.url != self._expected:
            self.found.append(f"{response.status}: {response.url}")


def barriers(page: Page) -> list[str]:
    """What axe-core finds on the page that keeps people out: serious and critical alone."""
    violations = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [
        f"axe {rule['impact']} {rule['id']}: {_target(node)} {_reason(node)}"
        for rule in violations
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def _target(node: Mapping[str, Any]) -> str:
    return " ".join(map(str, node["target"]))


def _reason(node: Mapping[str, Any]) -> str:
    return " ".join(str(node.get("failureSummary", "")).split())[:300]


def too_wide(page: Page) -> list[str]:
    """What makes the whole page scroll sideways (WCAG 2.2, 1.4.10); tables do so in their own box."""
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if excess <= 0:
        return []
    widest = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map((one) => `${one.tagName.toLowerCase()}#${one.id}.${one.getAttribute("class")}`)
            .slice(0, 6).join(", ")"""
    )
    return [f"{excess} px wider than the window: {widest}"]
