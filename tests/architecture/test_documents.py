"""Documents that the project cites exist, and so do the headings that it names."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_layout import ROOT, project_files

# A document by its path from the top, perhaps with a heading: docs/scoring.md, "Curves".
_CITED = re.compile(r'\b(docs/[\w./-]+\.md)(?:`?, "([^"]+)"(?: and "([^"]+)")?)?')
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)")
_NEXT_LINE = re.compile(r"\n\s*(?:#|--)?\s*")
_CODE = {".py", ".sql", ".toml", ".yml", ".html"}


def headings(document: Path) -> set[str]:
    lines = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL).splitlines()
    return {line.lstrip("#").strip() for line in lines if re.match(r"#+ ", line)}


def anchor(heading: str) -> str:
    """The fragment by which a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_links(document: Path) -> Iterator[str]:
    for path, fragment in _LINK.findall(document.read_text()):
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (fragment and fragment not in map(anchor, headings(target))):
            yield f"{document.relative_to(ROOT)}: {path}#{fragment}"


def broken_citations(file: Path) -> Iterator[str]:
    for path, *names in _CITED.findall(_NEXT_LINE.sub(" ", file.read_text())):
        document = ROOT / path
        if not document.exists() or not {name for name in names if name} <= headings(document):
            yield f"{file.relative_to(ROOT)}: {path} {names}"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / path for path in project_files() if path.suffix == ".md"]

    assert [broken for document in documents for broken in broken_links(document)] == []


def test_documents_that_the_code_cites_exist() -> None:
    files = [ROOT / path for path in project_files() if path.suffix in _CODE]

    assert [broken for file in files for broken in broken_citations(file)] == []
