"""`make bench`, or `python -m tests.bench [--quick] [--only PART ...] [--output FOLDER]`."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Django's models can be imported from here on.
    from tests.bench.run import main

    sys.exit(main())
