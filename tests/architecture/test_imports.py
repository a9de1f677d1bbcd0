"""The pure packages import nothing else; `make check` holds the other rules about imports."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PURE_PACKAGES = ("performance/scoring", "router/scoring")


@pytest.mark.parametrize("package", PURE_PACKAGES)
def test_scoring_imports_the_standard_library_and_two_pure_packages_alone(package: str) -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "cachetools", package.split("/", maxsplit=1)[0]}

    imported = {
        name: path.name
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported_modules(node)
    }

    assert imported
    assert {name: where for name, where in imported.items() if name.split(".")[0] not in allowed} == {}
    own = package.replace("/", ".")
    assert {name for name in imported if name.split(".")[0] == own.split(".")[0] and not name.startswith(own)} == set()


def imported_modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
        case _:
            return []
