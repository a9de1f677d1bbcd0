"""Taking over a database that is in use: what is there (`inspection`), what to do (`plan`), doing it (`adopt`)."""
