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

PACKAGES = "fastapi starlette pydantic uvicorn uvloop httptools psycopg psycopg-pool asyncpg orjson fdk oci".split()


# A load at which the machine has other work to do than this.
BUSY = 0.5


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
    warning = " - the machine was BUSY with other work: do not quote these figures" if os.getloadavg()[0] > BUSY else ""
    lines = [
        f"- {time.strftime('%Y-%m-%d %H:%M:%S %Z')}, {model[1] if model else platform.machine()}, "
        f"{os.cpu_count()} processors, Linux {platform.release()}",
        f"- load average at the start: {load_average()}{warning}",
        f"- PostgreSQL {postgres} with fsync and synchronous_commit, {bouncer} in transaction mode, SCRAM, loopback",
        f"- Python {sys.version.split()[0]}; {packages}",
    ]
    if function:
        rust = run(["rustc", "--version"]).split()[1]
        lines.append(f"- Adit {commit}, Rust {rust}, {function.stat().st_size / 1e6:.2f} MB")
    return lines
