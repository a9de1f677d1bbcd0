"""The scan of the logs finds what must not be in them: it can fail."""

from pathlib import Path

import pytest

from tests import log_scan

ROOT = Path(__file__).resolve().parents[2]


def found(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "web").write_text(text)
    report = log_scan.scan(folder, looked_for=log_scan.patterns("s3cret-of-the-session"))
    return [(finding.line, finding.kind, finding.excerpt) for finding in report.findings]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ans@example.org", "an e-mail address"),
        ("Ans.de-Boer+x@mail.Example.com", "an e-mail address"),
        ("+31301234567", "a phone number"),
        ("0612345678", "a phone number"),
        ("06-12 34 56 78", "a phone number"),
        ("0031 (0)30 1234567", "a phone number"),
        ("06-00012345", "a phone number"),
        ("+32470123456", "a phone number"),
        ("0a1b" * 16, "a token"),
        ("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2", "a token"),
        ("Basic YW5zOnZlcnktbG9uZw==", "a token"),
        ("postgres://leads:abcdef@127.0.0.1/leads", "a password in an address"),
        ("s3cret-of-the-session", "a secret of the session"),
        ("very-long-secret", "a secret of the session"),
    ],
)
def test_it_is_found_with_its_line_and_not_said_again(tmp_path: Path, text: str, kind: str) -> None:
    ((line, what, excerpt),) = found(tmp_path, f'all is well\n{{"event": "said {text} twice"}}\n')

    assert (line, what) == (2, kind)
    assert text not in excerpt
    assert f"[{kind}]" in excerpt


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-11-23T08:15:30.123456Z",
            "2026-11-23 08:15:30.123 UTC [12345] LOG",
            "01234567-89ab-4cde-8f01-234567890123",
        ),
        *("celery@host.local ready", "leads@localhost", "duration_ms=0.012345678", "127.0.0.1:15432", "0/1A2B3C40"),
        *("http://127.0.0.1:8000/", "redis://127.0.0.1:6379/0", "sha1 " + "0a" * 20),
    ],
)
def test_what_logs_are_full_of_is_not(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []
