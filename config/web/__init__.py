"""The web server: waitress, in several processes.

waitress reads requests and sends responses without holding a thread, so a client that never finishes costs one
connection and no more. This package adds what it lacks: several processes, a time limit for a request, errors as JSON.
"""
