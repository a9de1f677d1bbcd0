import os
import shutil
import socket
from collections.abc import Callable

import psutil
import psycopg
import pytest

from config.local import postgres
from config.local.ports import HOST, temporary_port
from config.local.postgres import Cluster, PostgresError

MakeCluster = Callable[..., Cluster]


def write_number(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (42)")


def read_number(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT number FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def postmaster_of(cluster: Cluster) -> psutil.Process:
    postmaster = cluster.postmaster()
    assert postmaster is not None
    return postmaster


def test_a_new_database_is_utf8_and_keeps_its_data_and_port_over_a_stop(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(ports=[temporary_port(), temporary_port()])
    first = cluster.start()
    write_number(first.url)
    cluster.stop()

    second = cluster.start()

    assert (first.new, second.new) == (True, True)
    assert second.url == first.url
    assert read_number(second.url) == 42
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT upper('é'), getdatabaseencoding()").fetchone() == ("É", "UTF8")


def test_a_stopped_server_is_gone(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    url = cluster.start().url

    cluster.stop()
    cluster.stop()

    assert cluster.postmaster() is None
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_server_that_runs_is_used_again(make_cluster: MakeCluster) -> None:
    first = make_cluster().start()

    second = make_cluster().start()

    assert second.url == first.url
    assert second.new is False


def test_a_killed_server_starts_again_with_its_data(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    url = cluster.start().url
    write_number(url)
    # Open while it is killed: its backend outlives the main process for a moment.
    with psycopg.connect(url):
        postmaster_of(cluster).kill()

        started = cluster.start()

    assert started.new is True
    assert read_number(started.url) == 42


def test_a_pid_file_with_the_number_of_somebody_else_is_not_believed(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    write_number(cluster.start().url)
    pid_file = cluster.data / "postmaster.pid"
    text = pid_file.read_text()
    cluster.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *text.split("\n")[1:]]))
    cluster.account.own(pid_file)

    started = cluster.start()

    assert started.new is True
    assert read_number(started.url) == 42


def test_a_server_that_does_not_answer_is_replaced(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    write_number(cluster.start().url)
    pid_file = cluster.data / "postmaster.pid"
    first = postmaster_of(cluster)
    # As found when the start was killed before the server said its port.
    pid_file.write_text(f"{first.pid}\n")

    started = cluster.start()

    assert started.new is True
    assert read_number(started.url) == 42
    assert not first.is_running()


def test_a_half_made_database_is_made_again(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    cluster.start()
    cluster.stop()
    shutil.rmtree(cluster.data)
    partial = cluster.home / "data.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("killed while writing this")

    started = cluster.start()

    with psycopg.connect(started.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_port_that_is_taken_is_passed_over(make_cluster: MakeCluster) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = temporary_port()

        started = make_cluster(ports=[taken.getsockname()[1], port]).start()

    assert f":{port}/" in started.url


def test_nobody_gets_in_without_the_password(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    url = cluster.start().url
    password = (cluster.home / "password").read_text()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(password, "guess"))
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(HOST, "", 1), host=str(cluster.home), password="guess")


def test_a_server_that_cannot_start_says_why(make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "START_ATTEMPTS", 2)
    cluster = make_cluster()
    cluster.start()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")

    with pytest.raises(PostgresError, match="no_such_setting"):
        cluster.start()


def test_a_database_that_cannot_be_made_says_why(make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "NAME", "pg_reserved")

    with pytest.raises(PostgresError, match="pg_reserved"):
        make_cluster().start()
