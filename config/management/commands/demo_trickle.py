"""`manage.py demo_trickle`: keeps the demo marketplace active until it is ended."""

import argparse
import logging
import signal
import threading
from types import FrameType
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from config.demo.roster import SEED
from config.demo.trickle import Trickle

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Call the trickle at an interval."""

    help = "Let a new demo lead come in every few seconds, and the demo's partners work on theirs, until ended."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=4.0, metavar="SECONDS", help="between two leads (4)")
        parser.add_argument("--seed", type=int, default=SEED, help="the seed that the demo was loaded with")

    def handle(self, *args: Any, interval: float, seed: int, **options: Any) -> None:
        stop = threading.Event()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in before:
            signal.signal(number, end)
        try:
            # Not seeded: every run is different.
            trickle = Trickle(seed=seed, rng=np.random.default_rng(), now=timezone.now())
            while not stop.wait(interval):
                _tick(trickle)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            connection.close()


def _tick(trickle: Trickle) -> None:
    """Create one lead and do some work. If the database is unavailable, the next tick tries again."""
    try:
        if trickle.is_at_home():
            trickle.bring_lead(now=timezone.now())
            trickle.work(now=timezone.now())
    except (OperationalError, InterfaceError) as error:
        logger.warning("The demo waits for the database: %s", str(error).strip())
        connection.close()
