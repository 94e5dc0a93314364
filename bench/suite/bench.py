"""What every part of the benchmark is given, and how much it shall do."""

import sys
from dataclasses import dataclass
from pathlib import Path

from .driver import Driver
from .processes import Processes
from .programs import Program
from .stack import Stack


@dataclass(frozen=True)
class Effort:
    """How long to measure. Each round measures everything once, so that a busy moment falls on all alike."""

    rounds: int
    seconds: float
    cold_rounds: int
    # Payloads per round, by size.
    copies: dict[str, int]
    # Whether the replaced program is also measured as one container a caller: 32 of them take 3 GB and time to start.
    replaced_as_containers: bool
    # The events of the file that is loaded, and how often.
    events: int
    file_rounds: int


FULL = Effort(5, 2.0, 9, {"1k": 100, "10k": 30, "5 MB": 5}, True, 1_000_000, 3)
QUICK = Effort(2, 0.5, 3, {"1k": 20, "10k": 6, "5 MB": 2}, False, 200_000, 1)


@dataclass(frozen=True)
class Bench:
    effort: Effort
    stack: Stack
    processes: Processes
    driver: Driver
    programs: list[Program]
    directory: Path
    # The command line, and the environment of the tools that load files.
    adit: Path
    tools: Path

    def program(self, name: str) -> Program:
        return next(program for program in self.programs if program.name == name)

    def check_rows(self, who: str, expected: int, last_reply: str):
        """A program that says 200 and writes nothing would be the fastest of all."""
        found = self.stack.count()
        if found != expected:
            text = f"{who}: 200 was said of {expected} rows, but the table has {found}; the last reply: {last_reply}"
            raise SystemExit(text)


def rotated(things: list, by: int) -> list:
    """Everyone is first once: the place in a round shall be nobody's advantage."""
    by %= len(things)
    return things[by:] + things[:by]


def say(text: str):
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
