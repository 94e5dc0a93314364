"""Where and with what a run was made."""

import os
import platform
import re
import shutil
import sys
import time
from importlib.metadata import version
from pathlib import Path

from .processes import run
from .stack import HERE, Stack

PACKAGES = (
    "fastapi starlette pydantic uvicorn uvloop httptools psycopg psycopg-pool asyncpg orjson fdk oci".split()
)


def load_average() -> str:
    return " ".join(f"{load:.2f}" for load in os.getloadavg())


def describe(stack: Stack, pgbouncer: Path, function: Path | None) -> list[str]:
    """Lines of Markdown."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpuinfo)
    git = shutil.which("git")
    commit = run([git, "-C", HERE, "describe", "--always", "--dirty"]).strip() if git else "(no git here)"
    bouncer = run([pgbouncer, "--version"]).splitlines()[0]
    postgres = stack.database.execute("SHOW server_version").fetchone()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = [
        f"- {time.strftime('%Y-%m-%d %H:%M:%S %Z')}, {model[1] if model else platform.machine()}, "
        f"{os.cpu_count()} processors, Linux {platform.release()}",
        f"- load average at the start: {load_average()}",
        f"- PostgreSQL {postgres}, {bouncer} in transaction mode, SCRAM, all on this machine; fsync and synchronous_commit on",
        f"- Python {sys.version.split()[0]}; {packages}",
    ]
    if function:
        rust = run(["rustc", "--version"]).split()[1]
        lines.append(f"- Adit {commit}, Rust {rust}, {function.stat().st_size / 1e6:.2f} MB")
    return lines
