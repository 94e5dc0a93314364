"""One turn of one program, and all its turns together."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .bench import Bench, rotated, say
from .programs import Containers
from .report import Samples
from .stack import Cpu


@dataclass(frozen=True)
class Turn:
    """What was committed in one turn, and what it took. Latencies only where they are known."""

    rows: int
    seconds: float
    cpu: Cpu
    p50_ms: float | None = None
    p99_ms: float | None = None
    failed: int = 0


@dataclass
class Turns:
    """All turns of one program at one task."""

    turns: list[Turn] = field(default_factory=list)

    @property
    def rate(self) -> Samples:
        """Committed rows per second."""
        return Samples([turn.rows / turn.seconds for turn in self.turns])

    @property
    def failed(self) -> int:
        return sum(turn.failed for turn in self.turns)

    def latency(self, name: str) -> str:
        values = [getattr(turn, name) for turn in self.turns]
        return "–" if None in values else Samples(values).show(2)

    def cpu(self, digits: int) -> str:
        """Seconds per million rows over all turns: client / program / PgBouncer / PostgreSQL."""
        rows = sum(turn.rows for turn in self.turns)
        if not rows:
            return "–"
        parts = [
            sum(getattr(turn.cpu, part) for turn in self.turns) / rows * 1e6
            for part in ("client", "program", "pgbouncer", "postgres")
        ]
        # Nothing at all was not measured, or not there.
        return " / ".join(f"{part:,.{digits}f}" if part else "–" for part in parts)


def without_program(turns: Turns) -> Turns:
    """What the same turns would be if the program took no processor time and every other thing stayed as it was."""
    return Turns(
        [
            Turn(
                turn.rows,
                turn.seconds * (1 - turn.cpu.program / turn.cpu.total),
                replace(turn.cpu, program=0.0),
            )
            for turn in turns.turns
        ]
    )


def play(bench: Bench, round_: int, ways: dict[str, Callable[[], Turn]], into: dict[str, Turns]):
    """Gives everyone one turn, each with an empty table, and in a different order each round."""
    for name, way in rotated(list(ways.items()), round_):
        bench.stack.truncate()
        into.setdefault(name, Turns()).turns.append(way())


def load(bench: Bench, containers: Containers, body: Path, path: str, callers: int, rows: int, **until) -> Turn:
    """A turn under the load driver. Every row that was acknowledged must be in the table."""
    containers.thaw(callers)
    pids = containers.pids(callers)
    before = bench.stack.cpu(pids)
    load = bench.driver.load(containers.sockets[:callers], body, path, callers, **until)
    # The driver knows best what it took: the suite's own part is not the caller's.
    cpu = replace(bench.stack.cpu(pids) - before, client=load.cpu_seconds)
    containers.freeze()
    name = containers.program.name
    if load.failed:
        say(
            f"{name}, {callers} callers: {load.failed} of {load.calls + load.failed} calls failed: {load.first_failure}"
        )
    else:
        bench.check_rows(name, load.calls * rows, load.last_reply)
    return Turn(load.calls * rows, load.seconds, cpu, load.p50_ms, load.p99_ms, load.failed)
