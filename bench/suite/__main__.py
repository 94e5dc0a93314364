"""The command: sets the stage, runs the parts, writes the report. Started by bench/run, which builds the programs."""

import argparse
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from . import batch, cold, files, machine, single
from .bench import FULL, QUICK, Bench
from .driver import Driver
from .processes import Processes
from .programs import ADIT, programs
from .report import Goal, Section, megabytes
from .stack import HERE, Stack

PARTS = {"cold": cold.run, "single": single.run, "batch": batch.run, "files": files.run}
OUT = HERE / "out" / "latest.md"


def main() -> int:
    arguments = parse()
    # However the run is ended, what it started ends first.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    began = time.monotonic()
    with ExitStack() as cleanup:
        directory = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="adit-bench-")))
        directory.chmod(0o755)
        processes = cleanup.enter_context(Processes(directory))
        stack = Stack(processes, directory, arguments.postgres_bin, arguments.pgbouncer)
        chosen = programs(stack, arguments.function)
        if arguments.peers_only:
            chosen = [program for program in chosen if program.name != ADIT]
        effort_of_run = QUICK if arguments.quick else FULL
        driver = Driver(arguments.driver)
        bench = Bench(effort_of_run, stack, processes, driver, chosen, directory, arguments.adit, arguments.tools)
        function = None if arguments.peers_only else arguments.function
        lines = ["# Benchmark", "", *machine.describe(stack, arguments.pgbouncer, function)]
        lines.append(f"- {effort(bench, arguments.quick)}")
        sections = [PARTS[part](bench) for part in arguments.parts]
        lines.append(f"- load average at the end: {machine.load_average()}; {time.monotonic() - began:.0f} s in all")
    write(lines, sections, goals(sections, function))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.split(":")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="cold|single|batch|files|all", help="what to measure; all when nothing is named"
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds: to see that it works, not to quote")
    parser.add_argument("--peers-only", action="store_true", help="without Adit")
    for name in ("function", "driver", "adit", "tools", "postgres-bin", "pgbouncer"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - {*PARTS, "all"}
    if unknown:
        parser.error(f"unknown part {', '.join(sorted(unknown))}; allowed: {', '.join(PARTS)}, all")
    if not arguments.parts or "all" in arguments.parts:
        arguments.parts = list(PARTS)
    return arguments


def effort(bench: Bench, quick: bool) -> str:
    effort = bench.effort
    rounds = f"{effort.rounds} interleaved rounds of {effort.seconds:g} s (cold starts: {effort.cold_rounds})"
    return f"{rounds}; median [least–greatest]{'; QUICK: not to be quoted' if quick else ''}"


def goals(sections: list[Section], function: Path | None) -> list[Goal]:
    met = [goal for section in sections for goal in section.goals]
    if function:
        size = megabytes(function.stat().st_size)
        met.append(Goal("the function at most 5 MB", f"{size:.2f} MB", size <= 5))
    return met


def write(lines: list[str], sections: list[Section], goals: list[Goal]):
    """To stdout and to bench/out/latest.md."""
    if goals:
        lines += ["", "## Goals", "", *(f"- {goal}" for goal in goals)]
    for section in sections:
        lines += ["", section.markdown()]
    text = "\n".join(lines) + "\n"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    sys.exit(main())
