"""Django's PostgreSQL backend, with tables that are closed from the start."""
