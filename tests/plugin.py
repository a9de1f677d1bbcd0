"""The environment of the test session; loaded by pytest before Django's settings are read.

The settings name ports that are free now. The servers themselves start when the first test asks for them (see
`conftest.py`), so that the pure tests run at once. DATABASE_URL and REDIS_URL win, if they are set.
"""

import os
import secrets
import tempfile

from config.local.ports import HOST, temporary_port
from config.local.postgres import NAME

# Whether the servers are this session's own to start.
OWN_POSTGRES = "DATABASE_URL" not in os.environ
OWN_REDIS = "REDIS_URL" not in os.environ
POSTGRES_PORT = temporary_port()
POSTGRES_PASSWORD = secrets.token_urlsafe(24)
REDIS_PORT = temporary_port()
# Removed when the interpreter ends.
STATIC_ROOT = tempfile.TemporaryDirectory(prefix="leads-static-")

os.environ.update(
    DEBUG="false",
    SECURE="false",
    SECRET_KEY=secrets.token_urlsafe(48),
    ALLOWED_HOSTS="localhost,127.0.0.1",
    STATIC_ROOT=STATIC_ROOT.name,
    # The production storage wants `collectstatic` first.
    STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
)
if OWN_POSTGRES:
    os.environ["DATABASE_URL"] = f"postgres://{NAME}:{POSTGRES_PASSWORD}@{HOST}:{POSTGRES_PORT}/{NAME}"
if OWN_REDIS:
    os.environ["REDIS_URL"] = f"redis://{HOST}:{REDIS_PORT}/0"
