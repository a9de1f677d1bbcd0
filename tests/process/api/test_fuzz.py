"""The running server keeps its contract, whoever asks and whatever is sent.

In the suite, briefly and always the same; `make test-api` takes its time.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.process.api.fuzz import Result, fuzz
from tests.process.api.world import SUCCEEDS, Role, World
from tests.process.servers import web_server

pytestmark = pytest.mark.unmeasured

IS_LONG = os.environ.get("API_FUZZ") == "long"
LONG = ["--max-examples", "50"]
SHORT = ["--max-examples", "5", "--phases", "examples,fuzzing"]
MORE = ["--max-examples", "5", "--phases", "examples,coverage,fuzzing"]


def options(role: Role) -> list[str]:
    """Briefly, each edge of the schema is tried by who gets past the door alone."""
    return LONG if IS_LONG else MORE if role.name == "staff" else SHORT


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_url")
def test_the_server_keeps_its_contract_with_every_role(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    call_command("spectacular", format="openapi-json", file=str(schema))
    world = World(size=100 if IS_LONG else 30)
    for role in world.roles:
        role.write(tmp_path)

    # All the wrong passwords come from one address.
    limits = {"LOGIN_FAILURES_ADDRESS": "1000000"}
    with (
        web_server("--workers", "2", "--threads", "4", log=tmp_path / "web.log", **limits) as address,
        ThreadPoolExecutor(2) as pool,
    ):
        results: list[Result] = list(
            pool.map(
                lambda role: fuzz(role, schema=schema, address=address, folder=tmp_path, options=options(role)),
                # The longest first.
                reversed(world.roles),
            )
        )

    print(*results, sep="\n")
    for result in results:
        assert result.found == "", result.found
    assert {result.role: result.succeeded for result in results} == SUCCEEDS
