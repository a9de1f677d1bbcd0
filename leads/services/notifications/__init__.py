"""Telling partners of their leads, by signed webhooks and by e-mail.

A trigger writes down who is to be told (`leads.triggers.notifications`). `delivery` takes what is due, sends it and
writes down how it went. Whoever dies in between leaves a lease that runs out, and it is sent again under the same id.
"""
