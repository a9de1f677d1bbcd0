"""WSGI entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

from config.safety import refuse_unsafe_settings
from config.web.database import limit_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

refuse_unsafe_settings()

limit_waiting()

application = get_wsgi_application()
