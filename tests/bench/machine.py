"""The machine that a figure was measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.databases import Connection

_SETTINGS = (
    "shared_buffers",
    "work_mem",
    "effective_cache_size",
    "max_wal_size",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_compression",
    "default_toast_compression",
    "random_page_cost",
    "max_parallel_workers_per_gather",
    "jit",
)


def describe(session: Connection) -> dict[str, str]:
    """What the figures depend on, by name. The load says who else was working at the start."""
    cores = os.cpu_count() or 1
    settings = []
    for name in _SETTINGS:
        row = session.execute("SELECT current_setting(%s)", [name]).fetchone()
        settings.append(f"{name}={row[0] if row else '?'}")
    version = session.execute("SELECT current_setting('server_version')").fetchone()
    return {
        "measured at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{_processor()}, {cores} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load before": f"{os.getloadavg()[0]:.1f} processes at work on {cores} cores, in the minute before",
        "PostgreSQL": f"{version[0] if version else '?'}; {', '.join(settings)}",
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
