"""A worker keeps its connection to the database from task to task, and gets over its loss."""

from tests.chaos.stack import Stack
from tests.chaos.world import World


def sessions(world: World) -> set[int]:
    with world.session() as session:
        rows = session.execute("""
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        """)
        return {pid for (pid,) in rows}


def route(world: World, leads: int) -> set[int]:
    """Have leads routed; the sessions that are left when it is done."""
    world.send_messages(world.add_leads(leads))
    assert world.settle()
    # Those of whoever asked whether it is done end at once, but not in the same instant.
    world.wait_until(lambda: len(sessions(world)) <= 1)
    return sessions(world)


def test_a_worker_keeps_its_connection_until_it_is_lost(stack: Stack) -> None:
    with stack.world("connections") as world:
        world.add_partners(2, cap=None)
        worker = world.start_worker()

        first, second = route(world, 1), route(world, 3)
        with world.session() as session:
            session.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(second)])
        third = route(world, 1)

        assert len(first) == len(third) == 1
        assert first == second
        assert third != second
        assert "task_failed" not in worker.said(lines=1000)
