"""Entry point of the web server: `python -m config.web --bind 0.0.0.0:8000 --workers 3 --threads 4`."""

import argparse
import logging
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from logging.config import dictConfig

from config.web.processes import run


def main() -> int:
    """Parse the command line and serve."""
    arguments = _parser().parse_args()
    host, _, port = arguments.bind.rpartition(":")

    def load() -> Callable[[socket.socket], None]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from django.urls import get_resolver  # noqa: PLC0415  # the settings are read after the folder of the metrics is set

        from config.settings import LOGGING  # noqa: PLC0415  # likewise
        from config.web.server import serve  # noqa: PLC0415  # likewise
        from config.web.wsgi import application  # noqa: PLC0415  # likewise

        dictConfig(LOGGING)
        logging.captureWarnings(capture=True)
        # Import all views, which would otherwise be imported during the first request of each process.
        _ = get_resolver().url_patterns
        return partial(
            serve,
            application,
            threads=arguments.threads,
            most_requests=arguments.max_requests or None,
            grace_seconds=arguments.graceful_timeout,
        )

    return run(
        load, host=host.strip("[]"), port=int(port), count=arguments.workers, grace_seconds=arguments.graceful_timeout
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.web", description="Serve the web pages and the API.")
    parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="processes, default: %(default)s")
    parser.add_argument("--threads", type=int, default=4, help="threads of each, default: %(default)s")
    parser.add_argument(
        "--max-requests", type=int, default=0, help="replace a process after so many; 0, the default: never"
    )
    parser.add_argument(
        "--graceful-timeout", type=float, default=30.0, metavar="SECONDS", help="to finish, default: %(default)s"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
