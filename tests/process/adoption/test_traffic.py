"""The old application keeps writing while its database is taken over: it waits a little, and loses nothing."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from leads.queries import counter_differences
from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.commands import adopt, inspect
from tests.process.adoption.databases import Database, Databases, Session

pytestmark = pytest.mark.usefixtures("unblocked")

PARTNER, LEAD = "md5('partner 1')::uuid", "md5('lead 3')::uuid"


class Writer(threading.Thread):
    """Writes one row after the other, each in a transaction of its own, until it is told to stop."""

    def __init__(self, database: Database, write: Callable[[Session], uuid.UUID]) -> None:
        super().__init__()
        self.written: list[uuid.UUID] = []
        self.errors: list[psycopg.Error] = []
        self.stopped = threading.Event()
        self._database = database
        self._write = write

    def run(self) -> None:
        with self._database.session() as session:
            while not self.stopped.wait(0.002):
                try:
                    self.written.append(self._write(session))
                except psycopg.Error as error:
                    self.errors.append(error)

    def wait_for(self, count: int) -> None:
        """Wait until that many more rows were written."""
        wanted = len(self.written) + count
        while len(self.written) < wanted:
            assert self.is_alive()
            self.stopped.wait(0.005)


@contextmanager
def writing(*writers: Writer) -> Iterator[None]:
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        for writer in writers:
            writer.stopped.set()
        for writer in writers:
            writer.join()


def insert_lead(session: Session) -> uuid.UUID:
    lead_id = uuid.uuid4()
    session.execute(
        f"INSERT INTO leads (id, user_id, status, created_at) VALUES (%s, {PARTNER}, 'new', now())",
        [lead_id],
    )
    return lead_id


def insert_activity(session: Session) -> uuid.UUID:
    activity_id = uuid.uuid4()
    session.execute(
        f"INSERT INTO lead_activities (id, lead_id, type, created_at) VALUES (%s, {LEAD}, 'phone_call', now())",
        [activity_id],
    )
    return activity_id


def accept_lead(session: Session) -> uuid.UUID:
    """Two tables in one transaction, as an application does when a partner accepts."""
    lead_id = insert_lead(session)
    with session.transaction():
        session.execute("UPDATE leads SET status = 'accepted', accepted_at = now() WHERE id = %s", [lead_id])
        session.execute(
            "INSERT INTO lead_activities (id, lead_id, type, created_at) VALUES (gen_random_uuid(), %s, 'note', now())",
            [lead_id],
        )
        session.execute(f"UPDATE profiles SET routing_priority = 1 WHERE id = {PARTNER}")
    return lead_id


def test_rows_that_are_written_meanwhile_are_all_there_and_counted(databases: Databases) -> None:
    case = BY_VARIANT["baseline"]
    with case.use(databases, case.ready(databases)) as database:
        leads, activities, accepted = (Writer(database, write) for write in (insert_lead, insert_activity, accept_lead))
        with writing(leads, activities, accepted):
            for writer in (leads, activities, accepted):
                writer.wait_for(20)
            adopt()
            for writer in (leads, activities, accepted):
                writer.wait_for(20)

        assert [*leads.errors, *activities.errors, *accepted.errors] == []
        with database.session() as session:
            for table, ids in (("leads", leads.written + accepted.written), ("lead_activities", activities.written)):
                found = session.execute(f"SELECT count(*) FROM {table} WHERE id = ANY(%s)".encode(), [ids]).fetchone()
                assert found == (len(ids),)
        assert counter_differences() == []
        assert inspect()[0]["state"] == "adopted"
