"""Adoption of a database in use: what is there (`inspection`), what to do (`plan`), and doing it (`adopt`)."""
