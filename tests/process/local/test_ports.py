import socket

import pytest

from config.local.ports import HOST, NoFreePortError, first_free_port, is_free, temporary_port


def test_a_port_with_a_server_is_not_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        taken = server.getsockname()[1]
        other = temporary_port()

        assert not is_free(taken)
        assert first_free_port([taken, other]) == other
        with pytest.raises(NoFreePortError):
            first_free_port([taken])
