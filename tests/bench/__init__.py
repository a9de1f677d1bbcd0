"""How fast the product is, as ratios to what the database needs at the least: `make bench`.

One module a figure. Nothing here asserts a time: a slow machine is no failure. Every figure is measured beside a bare
statement on the same state, in alternation, so that what else the machine does falls on both.
"""
