"""The local stack: a PostgreSQL and every process of the product, with nothing to install or configure.

Run it with `python -m config.local`. Nothing in production imports this package.
"""
