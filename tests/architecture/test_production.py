import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.local.stack import commands

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD")
# Settings that one machine with these containers has no use for, or that the image fixes.
NOT_HANDED_ON = {
    *("DEBUG", "SECURE", "DATABASE_CONN_MAX_AGE", "DATABASE_POOLED", "BROKER_DIR"),
    *("STATIC_ROOT", "STATICFILES_BACKEND"),
}
LONG_RUNNING = ("postgres", "redis", "web", "worker", "notifier", "beat")


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return dict(compose["services"])


def test_only_the_web_port_is_published(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["web"]


def test_what_keeps_running_has_a_health_check_and_starts_again(services: dict[str, dict[str, Any]]) -> None:
    assert {*services} == {*LONG_RUNNING, "migrate"}
    for name in LONG_RUNNING:
        assert services[name]["healthcheck"]["test"]
        assert services[name]["restart"] == "unless-stopped"


def test_everything_runs_without_privileges_on_a_read_only_file_system(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "USER 10001:10001" in (ROOT / "Dockerfile").read_text()
    assert (services["postgres"]["user"], services["redis"]["user"]) == ("postgres", "redis")


def test_nobody_but_migrations_connects_as_the_owner_of_the_database(services: dict[str, dict[str, Any]]) -> None:
    for name in ("web", "worker", "notifier", "beat"):
        assert services[name]["environment"]["DATABASE_URL"].startswith("postgres://leads_app:")
    assert services["migrate"]["environment"]["DATABASE_URL"].startswith("postgres://leads:")
    assert services["migrate"]["command"][-1].endswith("manage.py application_role leads_app")
    # Made by this script, as no superusers.
    script = (ROOT / "config" / "compose" / "database_roles.sh").read_text()
    assert re.findall(r"CREATE ROLE (\w+) ([A-Z ]+) PASSWORD", script) == [
        ("leads", "LOGIN CREATEDB"),
        ("leads_app", "LOGIN"),
    ]
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "postgres"


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    for name in SECRETS:
        assert text.count(f"${{{name}") == text.count(f"${{{name}:?") > 0


def settings_read() -> set[str]:
    """The variables of the environment that the settings read."""
    return set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))


def test_every_setting_reaches_the_processes_or_is_left_out_on_purpose(services: dict[str, dict[str, Any]]) -> None:
    for name in ("web", "worker", "notifier", "beat", "migrate"):
        handed_on = set(services[name]["environment"]) - {"PGOPTIONS"}

        assert handed_on == settings_read() - NOT_HANDED_ON
    assert settings_read() >= NOT_HANDED_ON


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()

    assert [name for name in settings_read() if f"| `{name}` |" not in text] == []


def test_the_web_server_is_that_of_the_local_stack() -> None:
    assert 'CMD ["python", "-m", "config.web"' in (ROOT / "Dockerfile").read_text()
    assert "config.web" in commands(port=1)["web"]


def test_the_web_port_is_open_to_this_machine_alone(services: dict[str, dict[str, Any]]) -> None:
    assert services["web"]["ports"] == ["${WEB_ADDRESS:-127.0.0.1}:${WEB_PORT:-8000}:8000"]


def test_every_image_is_named_by_its_digest(services: dict[str, dict[str, Any]]) -> None:
    """A tag moves to another image whenever somebody publishes one."""
    images = [service["image"] for service in services.values() if service["image"] != "leads-app"]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert len(images) == 4
    assert [image for image in images if not re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", image)] == []
