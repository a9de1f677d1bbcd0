"""Django's PostgreSQL backend, with tables that are private from the start."""
