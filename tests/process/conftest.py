"""What every test on the database can rely on, here as in `tests/integration`."""

from tests.integration.conftest import nothing_read_before

__all__ = ["nothing_read_before"]
