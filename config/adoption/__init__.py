"""Taking over a database that is in use: what is there (`inspection`), what has to be done (`plan`), doing it (`adopt`)."""
