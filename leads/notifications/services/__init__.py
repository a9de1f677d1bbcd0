"""Notifications of partners, by signed webhooks and by e-mail.

A trigger writes the notifications (`leads.notifications.triggers`). `delivery` claims what is due, sends it and records
the outcome. If a process dies in between, its lease expires, and the notification is sent again with the same id.
"""
