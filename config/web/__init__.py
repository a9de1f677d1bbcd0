"""The web server: waitress, in several processes.

waitress reads requests and sends answers without holding a thread, so that clients who never finish cost a connection
and no more. What it lacks is here: more than one process, a time limit for a request, errors as JSON.
"""
