"""How long a lead waited although somebody had room, out of the changes of the partners' free places."""

import numpy as np

from tests.chaos.storm.waits import room_over_time, seconds_with_room

BOTH = {"a", "b"}


def test_time_counts_only_while_one_of_the_partners_has_room() -> None:
    changes = [(10.0, "a", 0), (20.0, "b", 0), (50.0, "a", 1), (55.0, "a", 0), (60.0, "b", 3)]
    moments, has_room = room_over_time(changes, BOTH)

    waited = seconds_with_room(moments, has_room, np.array([70.0])) - seconds_with_room(
        moments, has_room, np.array([15.0])
    )

    # From 15 to 20 b had room, from 50 to 55 a, from 60 to 70 b again.
    assert waited.tolist() == [20.0]


def test_partners_of_other_provinces_do_not_count() -> None:
    moments, has_room = room_over_time([(10.0, "a", 0), (20.0, "c", 5)], {"a"})

    counted = seconds_with_room(moments, has_room, np.array([10.0, 30.0]))

    assert counted[1] - counted[0] == 0.0


def test_an_instant_between_two_changes_is_counted_up_to_itself() -> None:
    moments, has_room = room_over_time([(10.0, "a", 0), (30.0, "a", 1)], {"a"})

    counted = seconds_with_room(moments, has_room, np.array([30.0, 32.5]))

    assert counted[1] - counted[0] == 2.5
