"""The servers of a test session, started on this machine and ended with it."""
