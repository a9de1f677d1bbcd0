import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.local.accounts import server_account
from config.local.binaries import find_binaries
from config.local.ports import temporary_port
from config.local.postgres import Cluster
from tests.local.temporary import temporary_folder


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder that the server's account can reach, which pytest's own is not for root."""
    folder = temporary_folder(server_account())
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_cluster(server_folder: Path) -> Iterator[Callable[..., Cluster]]:
    """Describe the one cluster of a test, as often as the test likes; its server is ended at the end."""
    account = server_account()
    binaries = find_binaries(account=account, copies=server_folder)
    made: list[Cluster] = []

    def make(*, ports: list[int] | None = None) -> Cluster:
        cluster = Cluster(
            binaries=binaries,
            home=server_folder / "home",
            account=account,
            ports=ports or [temporary_port()],
            durable=False,
        )
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        cluster.stop()
