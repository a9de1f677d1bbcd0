"""The local stack: a PostgreSQL and every process of the product, with nothing to install or configure.

Run it with `python -m config.local`. The tests take their temporary PostgreSQL and Redis from here too. Nothing in
production imports this package.
"""
