"""Every pair of colours that meet on a page can be told apart, in light and in dark (WCAG 2.2, AA)."""

import re
from itertools import product
from pathlib import Path

import pytest

STYLESHEET = Path(__file__).resolve().parents[2] / "router" / "static" / "router" / "app.css"

SURFACES = ("ground", "sunken", "raised")
WORDS = (
    *product(("ink", "ink-quiet", "ink-loud", "accent", "accent-strong"), (*SURFACES, "accent-soft")),
    *product(("bad",), SURFACES),
    *product(("good", "warn"), ("ground", "raised")),
    *((name, f"{name}-soft") for name in ("good", "warn", "bad", "info")),
    *product(("ink",), ("good-soft", "warn-soft", "bad-soft", "info-soft", "line")),
    ("brand-ink", "brand"),
)
"""Text on what it stands on: 4.5 to 1."""

GRAPHICS = (
    *product(("data", "data-2", "data-3", "data-before", "line-strong", "good", "warn", "bad"), ("ground", "raised")),
    *product(("accent", "line-strong"), SURFACES),
    # The filled part of a bar beside its rest, and the tick on both.
    *(("data", "data-track"), ("data-mark", "data"), ("data-mark", "data-track"), ("data-mark", "data-before")),
)
"""What must be seen to read a chart, to use a control, or to know where the focus is: 3 to 1."""

ADMIN = (("button-fg", "button-bg"), ("button-fg", "button-hover-bg"), ("button-fg", "delete-button-bg"))
ADMIN_WORDS = (*ADMIN, ("button-fg", "delete-button-hover-bg"), ("button-fg", "close-button-bg"))


def colours() -> dict[str, tuple[str, str]]:
    """Each colour of the stylesheet, by its name without prefix: light and dark."""
    css = STYLESHEET.read_text()
    hex_colour = r"(#[0-9a-f]{6})"
    found = {name: (one, one) for name, one in re.findall(rf"--(?:app-)?([\w-]+): {hex_colour};", css)}
    found |= {
        name: (light, dark)
        for name, light, dark in re.findall(rf"--(?:app-)?([\w-]+): light-dark\({hex_colour}, {hex_colour}\);", css)
    }
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0-1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def weak(pairs: tuple[tuple[str, str], ...], *, theme: int, least: float) -> dict[str, float]:
    """The pairs that differ too little, and how much they do."""
    known = colours()
    ratios = {f"{one} on {other}": contrast(known[one][theme], known[other][theme]) for one, other in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_on_what_they_stand_on(theme: int) -> None:
    assert weak(WORDS, theme=theme, least=4.5) == {}
    assert weak(ADMIN_WORDS, theme=theme, least=4.5) == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_marks_can_be_seen_on_what_they_stand_on(theme: int) -> None:
    assert weak(GRAPHICS, theme=theme, least=3.0) == {}


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_of_the_tokens_is_part_of_a_pair() -> None:
    tokens = set(re.findall(r"--app-([\w-]+): (?:#|light-dark)", STYLESHEET.read_text()))
    # Hairlines only divide what space divides already.
    paired = {name for pair in (*WORDS, *GRAPHICS) for name in pair} | {"line"}

    assert tokens == paired
