"""Part b: one row a call through PgBouncer, at several numbers of callers."""

from functools import partial

from . import payloads
from .bench import Bench, say
from .limits import pgbench
from .programs import ADIT, RELAY, REPLACED, Containers, Program, relay
from .report import Goal, Section
from .rounds import Turns, load, play, without_program

CALLERS = (1, 8, 32)

DIRECT = "pgbench, direct"
BOUNCER = "pgbench, PgBouncer"
PLATFORM = "a container a caller"
CEILING = f"{RELAY}, {PLATFORM}"
FREE = "computed: Adit at no cost"

NOTE = """\
pgbench sends the same INSERT in the simple protocol: one round trip, its own transaction. Ratios are medians of the
rounds' ratios. CPU is in seconds per million rows, which is microseconds a row: client / program / PgBouncer / PostgreSQL;
the client is the driver or pgbench, and pgbench's turns include its start and its logins.

Two rows show how much of pgbench any function could reach here, where one more process stands between the caller and the
database, and all share the processors. The relay is measured: a container that only waits for a request, sends bytes that were
made before (the INSERT with two parameters) and gives an answer that was made before. The other is computed: Adit's own turns,
had Adit taken no processor time at all and all else stayed as it was."""


def run(bench: Bench) -> Section:
    stack, seconds = bench.stack, bench.effort.seconds
    body = payloads.one(bench.directory)
    groups = start(bench)
    measured: dict[int, dict[str, Turns]] = {callers: {} for callers in CALLERS}
    for round_ in range(bench.effort.rounds):
        for callers in CALLERS:
            say(f"one row a call, round {round_ + 1} of {bench.effort.rounds}, callers: {callers}")
            ways = {
                DIRECT: partial(pgbench, stack, stack.direct, callers, seconds),
                BOUNCER: partial(pgbench, stack, stack.bouncer, callers, seconds),
            }
            for name, containers in groups.items():
                ways[name] = partial(load, bench, containers, body, "/call", callers, 1, seconds=seconds)
            play(bench, round_, ways, measured[callers])
    for containers in groups.values():
        containers.stop(bench.processes)
    return section(measured)


def start(bench: Bench) -> dict[str, Containers]:
    """Every program as one process for all callers; Adit, and the replaced one, also as the platform runs them."""
    say("starting the programs")
    groups = {}
    for program in bench.programs:
        if not program.cold_only:
            groups[f"{program.name}, one process"] = ready(bench, program, 1)
    for program in bench.programs:
        if program.name == ADIT or (program.name == REPLACED and bench.effort.replaced_as_containers):
            groups[f"{program.name}, {PLATFORM}"] = ready(bench, program, max(CALLERS))
    groups[CEILING] = ready(bench, relay(bench.stack, bench.driver.binary), max(CALLERS))
    return groups


def ready(bench: Bench, program: Program, count: int) -> Containers:
    """Started, called so that each is connected, and put to rest."""
    containers = Containers.start(bench.processes, bench.directory, program, count)
    bench.stack.truncate()
    warm = load(bench, containers, payloads.one(bench.directory), "/call", count, 1, calls=20)
    if warm.failed:
        raise SystemExit(f"{program.name}: its first calls failed")
    return containers


def section(measured: dict[int, dict[str, Turns]]) -> Section:
    headings = ["callers", "program", "calls/s", "of pgbench", "p50 ms", "p99 ms", "CPU s per million rows", "failed"]
    result = Section("One row a call, through PgBouncer", NOTE, headings)
    for callers, programs in measured.items():
        limit = programs[BOUNCER].rate
        adit = programs.get(f"{ADIT}, {PLATFORM}")
        if adit:
            programs = programs | {FREE: without_program(adit)}
        for name, turns in programs.items():
            numbers = [turns.rate.show(), turns.rate.over(limit).show(2)]
            latencies = [turns.latency("p50_ms"), turns.latency("p99_ms")]
            result.rows.append([str(callers), name, *numbers, *latencies, turns.cpu(0), str(turns.failed)])
        if adit:
            ratio = adit.rate.over(limit).median
            ceiling, free = (programs[name].rate.over(limit).median for name in (CEILING, FREE))
            promise = f"one row a call, callers: {callers}: at least 0.8 of pgbench through the same PgBouncer"
            found = f"{ratio:.2f} ({RELAY}: {ceiling:.2f}; {FREE}: {free:.2f})"
            result.goals.append(Goal(promise, found, ratio >= 0.8 and adit.failed == 0))
    return result
