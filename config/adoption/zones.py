"""Time zone names on the command line."""

import argparse
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_name(name: str) -> str:
    """Return a valid time zone name; an argparse type. Raises `argparse.ArgumentTypeError`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{name} is no time zone; Europe/Amsterdam and UTC are") from error
    return name
