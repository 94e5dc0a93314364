"""Part b: one row a call through PgBouncer, at several numbers of callers."""

from dataclasses import dataclass, field

from . import payloads
from .bench import Bench, rotated, say
from .limits import pgbench
from .programs import ADIT, REPLACED, Containers, Program
from .report import Goal, Samples, Section
from .stack import Cpu

CALLERS = (1, 8, 32)

DIRECT = "pgbench, direct"
BOUNCER = "pgbench, PgBouncer"


@dataclass
class Measured:
    """What one program did with one number of callers."""

    rate: Samples = field(default_factory=Samples)
    p50_ms: Samples = field(default_factory=Samples)
    p99_ms: Samples = field(default_factory=Samples)
    cpu: list[Cpu] = field(default_factory=list)
    calls: int = 0
    failed: int = 0


def run(bench: Bench) -> Section:
    body = payloads.one(bench.directory)
    groups = start(bench)
    measured: dict[tuple[str, int], Measured] = {}
    for round_ in range(bench.effort.rounds):
        for callers in CALLERS:
            say(f"one row a call, round {round_ + 1} of {bench.effort.rounds}, {callers} callers")
            for name, port in ((DIRECT, bench.stack.direct), (BOUNCER, bench.stack.bouncer)):
                bench.stack.truncate()
                rate = pgbench(bench.stack, port, callers, bench.effort.seconds)
                measured.setdefault((name, callers), Measured()).rate.values.append(rate)
            for name, containers in rotated(list(groups.items()), round_):
                measure(bench, containers, body, callers, measured.setdefault((name, callers), Measured()))
    for containers in groups.values():
        for process in containers.processes:
            bench.processes.stop(process)
    return section(measured)


def start(bench: Bench) -> dict[str, Containers]:
    """Every program as one process that serves all callers; Adit, and the replaced one, also as the platform runs them."""
    say("starting the programs")
    many = [bench.program(ADIT)] if any(program.name == ADIT for program in bench.programs) else []
    if bench.effort.replaced_as_containers:
        many.insert(0, bench.program(REPLACED))
    groups = {}
    for program in bench.programs:
        if "no Vault" not in program.name:
            groups[f"{program.name}, one process"] = frozen(bench, program, 1)
    for program in many:
        groups[f"{program.name}, a container a caller"] = frozen(bench, program, max(CALLERS))
    return groups


def frozen(bench: Bench, program: Program, count: int) -> Containers:
    """Started, called once each so that all is connected, and put to rest."""
    containers = Containers.start(bench.processes, bench.directory, program, count)
    load = bench.driver.load(containers.sockets, payloads.one(bench.directory), "/call", count, calls=20)
    if load.failed:
        raise SystemExit(f"{program.name}: {load.failed} of {20 * count} first calls failed: {load.first_failure}")
    containers.freeze()
    return containers


def measure(bench: Bench, containers: Containers, body, callers: int, into: Measured):
    bench.stack.truncate()
    containers.thaw(callers)
    sockets = containers.sockets[:callers]
    pids = containers.pids(callers)
    before = bench.stack.cpu(pids)
    load = bench.driver.load(sockets, body, "/call", callers, seconds=bench.effort.seconds)
    into.cpu.append(bench.stack.cpu(pids) - before)
    containers.freeze()
    if load.failed:
        say(f"{containers.program.name}, {callers} callers: {load.failed} calls failed: {load.first_failure}")
    else:
        bench.check_rows(containers.program.name, load.calls)
    into.rate.values.append(load.calls / load.seconds)
    into.p50_ms.values.append(load.p50_ms)
    into.p99_ms.values.append(load.p99_ms)
    into.calls += load.calls
    into.failed += load.failed


def section(measured: dict[tuple[str, int], Measured]) -> Section:
    result = Section(
        "One row a call, through PgBouncer",
        "pgbench sends the same INSERT in the simple protocol: one round trip, its own transaction. Ratios are medians of "
        "the rounds' ratios. CPU is in seconds per million rows: program / PgBouncer / PostgreSQL.",
        ["callers", "program", "calls/s", "of pgbench", "p50 ms", "p99 ms", "CPU s per million rows", "failed"],
    )
    for callers in CALLERS:
        limit = measured[BOUNCER, callers].rate
        for (name, of), one in measured.items():
            if of == callers:
                result.rows.append([str(callers), name, one.rate.show(), one.rate.over(limit).show(2), *details(one)])
    adit = f"{ADIT}, a container a caller"
    for callers in CALLERS:
        if (adit, callers) in measured:
            one = measured[adit, callers]
            ratio = one.rate.over(measured[BOUNCER, callers].rate).median
            promise = f"one row a call, {callers} callers, at least 0.8 of pgbench through the same PgBouncer"
            result.goals.append(Goal(promise, f"{ratio:.2f}", ratio >= 0.8 and one.failed == 0))
    return result


def details(one: Measured) -> list[str]:
    if not one.calls:
        return ["–", "–", "–", "–"]
    per_million = [
        sum(getattr(cpu, part) for cpu in one.cpu) / one.calls * 1e6 for part in ("program", "pgbouncer", "postgres")
    ]
    return [one.p50_ms.show(2), one.p99_ms.show(2), " / ".join(f"{cpu:.0f}" for cpu in per_million), str(one.failed)]
