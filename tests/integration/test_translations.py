"""The Dutch catalogs have all texts of code and templates, say the same as they do, and are compiled."""

import ast
import gettext
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = (
    "core",
    "leads",
    "leads/imports",
    "leads/intake",
    "leads/notifications",
    "leads/privacy",
    "feedback",
    "support",
    "performance",
    "router",
    "migrations_sql",
)
"""Folders with a catalog; one inside another app is an app of its own."""

SINGULAR = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
WITH_CONTEXT = frozenset({"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"})
"""Functions that `makemessages` looks for; the last have the context before the text."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*[\d.]*[a-z]|%%|\{\w*\}|%[a-z]")
TAG = re.compile(r"<[^>]+>")


class Text(NamedTuple):
    """What names an entry of a catalog."""

    context: str | None
    text: str


def catalog(app: str) -> polib.POFile:
    return polib.pofile(str(po_path(app)))


def po_path(app: str) -> Path:
    return ROOT / app / "locale" / "nl" / "LC_MESSAGES" / "django.po"


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgctxt, entry.msgid)


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def words_for(entry: polib.POEntry) -> list[str]:
    """What Django says in the current language, for one and for two."""
    if entry.msgid_plural and entry.msgctxt:
        return [translation.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, number) for number in (1, 2)]
    if entry.msgid_plural:
        return [translation.ngettext(entry.msgid, entry.msgid_plural, number) for number in (1, 2)]
    if entry.msgctxt:
        return [translation.pgettext(entry.msgctxt, entry.msgid)]
    return [translation.gettext(entry.msgid)]


def texts_in_code(source: str) -> Iterator[Text]:
    """The texts that calls in this code name."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        arguments = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if name in SINGULAR | PLURAL and arguments:
            yield Text(None, arguments[0])
        elif name in WITH_CONTEXT and len(arguments) > 1:
            yield Text(arguments[0], arguments[1])


def texts_in_template(source: str) -> Iterator[Text]:
    """The texts of a template, which Django turns into something like code, with X in place of all else."""
    names = "|".join(SINGULAR | PLURAL | WITH_CONTEXT)
    literal = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    call = re.compile(rf"\b({names})\(((?:{literal}\s*,?\s*)+)(?:count)?\)", re.DOTALL)
    for found in call.finditer(templatize(source)):
        yield from texts_in_code(f"{found[1]}({found[2]})")


def texts_of(app: str) -> set[Text]:
    """All texts of an app, without those of migrations, which nobody reads."""
    found: set[Text] = set()
    for path in files_of(app, "*.py"):
        if "migrations" not in path.parts:
            found.update(texts_in_code(path.read_text()))
    for path in files_of(app, "*.html"):
        found.update(texts_in_template(path.read_text()))
    return found


def files_of(app: str, pattern: str) -> list[Path]:
    """The files of an app without those of the apps inside it."""
    inside = [ROOT / other for other in APPS if other.startswith(f"{app}/")]
    return [path for path in (ROOT / app).rglob(pattern) if not any(path.is_relative_to(other) for other in inside)]


def test_texts_are_found_in_every_form() -> None:
    code = '_("one"); gettext("two" " parts"); ngettext("a lead", "leads", n); pgettext("here", "three"); other("no")'
    template = (
        '{% translate "four" %} {% translate "five" context "there" %} {% translate "six" as name %}'
        "{% blocktranslate trimmed %}\n  seven\n  {{ n }} %{% endblocktranslate %}"
        '{% blocktranslate count n=n context "lead" %}{{ n }} one{% plural %}{{ n }} more{% endblocktranslate %}'
    )

    found = [*texts_in_code(code), *texts_in_template(template)]

    plain = [text for context, text in found if context is None]
    assert plain == ["one", "two parts", "a lead", "four", "six", "seven %(n)s %%"]
    assert sorted(set(found) - {Text(None, text) for text in plain}) == [
        ("here", "three"),
        ("lead", "%(n)s one"),
        ("there", "five"),
    ]


@pytest.mark.parametrize("app", APPS)
def test_a_catalog_has_the_texts_of_its_app_and_no_others(app: str) -> None:
    known, used = {text_of(entry) for entry in catalog(app)}, texts_of(app)

    assert used - known == set(), "make messages, and translate (xgettext sees no call within an f-string)"
    assert known - used == set(), "make messages"


def read_too_early(source: str) -> list[int]:
    """Lines that settle on a language while the module is loaded: for all readers, whatever they read."""
    tree = ast.parse(source)
    within = {inner for node in ast.walk(tree) if isinstance(node, FUNCTIONS) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if node in within or not isinstance(node, ast.expr):
            continue
        is_now = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"gettext", "str"}
        if is_now or isinstance(node, ast.BinOp | ast.JoinedStr):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            found += [node.lineno] if names & (SINGULAR | PLURAL | WITH_CONTEXT) - {"gettext_noop"} else []
    return found


def test_what_is_read_too_early_is_found() -> None:
    assert read_too_early('a = gettext("x")\nb = _("x") % {"n": 1}\nc = f"{_(1)}"\nd = str(_("x"))') == [1, 2, 3, 4]
    assert read_too_early('a = _("x")\nb = lambda: _("x") % {}\ndef c():\n    return gettext("x")') == []


@pytest.mark.parametrize("app", APPS)
def test_no_text_is_read_before_there_is_a_reader(app: str) -> None:
    found = {str(path): lines for path in files_of(app, "*.py") if (lines := read_too_early(path.read_text()))}

    assert found == {}


@pytest.mark.parametrize("app", APPS)
def test_every_text_is_translated_and_none_is_guessed(app: str) -> None:
    entries = catalog(app)

    assert [entry.msgid for entry in entries if not all(translations(entry)) or entry.fuzzy or entry.obsolete] == []
    assert [entry.msgid for entry in entries if entry.msgid_plural and set(entry.msgstr_plural) != {0, 1}] == []


@pytest.mark.parametrize("app", APPS)
def test_a_compiled_catalog_says_what_its_source_says(app: str) -> None:
    source = gettext.GNUTranslations(io.BytesIO(catalog(app).to_binary()))

    with po_path(app).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    # What both were read into; the class offers no other way to all entries.
    found, expected = ({**made.__dict__["_catalog"], "": made.info()} for made in (compiled, source))
    assert found == expected, "make messages"


@pytest.mark.parametrize("app", APPS)
def test_placeholders_and_tags_are_those_of_the_text(app: str) -> None:
    wrong = []
    for entry in catalog(app):
        # The text for one may say "one" in place of the number; the other one may not.
        for pattern in (PLACEHOLDER, TAG):
            originals = [set(pattern.findall(text)) for text in (entry.msgid, entry.msgid_plural or entry.msgid)]
            *first, last = (set(pattern.findall(text)) for text in translations(entry))
            if last != originals[-1] or any(found not in originals for found in first):
                wrong.append(entry.msgid)
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_a_text_ends_and_begins_as_its_translation_does(app: str) -> None:
    def marks(text: str) -> tuple[bool, str, str]:
        return text.startswith("\n"), text[-1] if text[-1] in ".:?…\n" else "", text[0] if text[0] in ": " else ""

    wrong = [
        entry.msgid
        for entry in catalog(app)
        if any(marks(translated) != marks(entry.msgid) for translated in translations(entry))
    ]
    assert wrong == []


def test_one_text_has_one_translation() -> None:
    """Django puts all catalogs into one, in which an app can speak for another."""
    said = defaultdict(set)
    for app in APPS:
        for entry in catalog(app):
            said[text_of(entry)].add(tuple(translations(entry)))

    assert {text: words for text, words in said.items() if len(words) > 1} == {}


@pytest.mark.parametrize("app", APPS)
def test_a_reader_sees_what_the_catalog_says(app: str) -> None:
    """And not what a package before it in INSTALLED_APPS says for the same English text: give such a text a context."""
    seen, said = {}, {}
    with translation.override("nl"):
        for entry in catalog(app):
            said[text_of(entry)] = translations(entry)
            seen[text_of(entry)] = words_for(entry)

    assert {text: words for text, words in seen.items() if words != said[text]} == {}


def test_every_app_with_texts_has_a_catalog() -> None:
    with_texts = {
        str(folder.relative_to(ROOT))
        for folder in (*ROOT.glob("*"), *ROOT.glob("leads/*"))
        if ((folder / "apps.py").exists() or (folder / "locale").exists())
        and folder.name != "config"
        and texts_of(str(folder.relative_to(ROOT)))
    }

    assert with_texts == set(APPS)
    assert texts_of("config") == set(), "the list of apps in .ci/messages and here lacks config"
