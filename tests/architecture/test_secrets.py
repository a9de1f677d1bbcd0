"""Nothing that opens a door is in the repository."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_layout import ROOT, project_files

SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "the secret of a webhook": re.compile(r"\bwhsec_[A-Za-z0-9+/]{24,}"),
    "the token of a service": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abpr]-[\w-]{10,})"),
    "a token of the API": re.compile(r"\b[0-9a-f]{128}\b"),
    "a password in an address": re.compile(r"\b\w+://\w+:[A-Za-z0-9+/_-]{20,}@"),
}
NEVER = {".pem", ".key", ".p12", ".pfx", ".env", ".dump", ".sqlite3"}


def secrets_in(text: str) -> set[str]:
    return {kind for kind, pattern in SECRETS.items() if pattern.search(text)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN EC " + "PRIVATE KEY-----", "a private key"),
        ("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "the secret of a webhook"),
        ("AKIA" + "Q" * 16, "the token of a service"),
        ("0a" * 64, "a token of the API"),
        ("redis://:" + "x" * 5 + " postgres://leads:" + "x" * 24 + "@host", "a password in an address"),
    ],
)
def test_a_secret_would_be_found(text: str, kind: str) -> None:
    assert secrets_in(f"value = '{text}'") == {kind}


def test_no_file_holds_a_secret() -> None:
    found = {}
    for path in project_files():
        if path.suffix in NEVER or path.name == ".env":
            found[path] = {"a file that is not for a repository"}
        elif kinds := secrets_in((ROOT / Path(path)).read_text(errors="replace")):
            found[path] = kinds

    assert found == {}
