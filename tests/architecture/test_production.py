from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
LONG_RUNNING = ("postgres", "redis", "web", "worker", "beat")


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


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    for name in SECRETS:
        assert text.count(f"${{{name}") == text.count(f"${{{name}:?") > 0
