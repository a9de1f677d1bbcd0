"""The product's settings, with a time limit for tasks that can be waited for: `DJANGO_SETTINGS_MODULE` of a worker."""

import os

from config.settings import *  # noqa: F403  # all of them

CELERY_TASK_SOFT_TIME_LIMIT = int(os.environ["CHAOS_TASK_SECONDS"])
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + int(os.environ["CHAOS_GRACE_SECONDS"])
