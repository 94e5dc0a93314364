"""Part c: payloads of many rows, one caller, through PgBouncer, against COPY itself."""

from dataclasses import dataclass, field

from . import payloads
from .bench import Bench, rotated, say
from .limits import RawCopy, psql_copy
from .payloads import Batch
from .programs import ADIT, Containers
from .report import Goal, Samples, Section
from .stack import Cpu

RAW = "raw binary COPY, PgBouncer"


@dataclass
class Measured:
    """What one way did with one size of payload."""

    rate: Samples = field(default_factory=Samples)
    cpu: list[Cpu] = field(default_factory=list)
    rows: int = 0


def run(bench: Bench) -> Section:
    groups = {
        program.name: Containers.start(bench.processes, bench.directory, program, 1)
        for program in bench.programs
        if program.batch_path and "no Vault" not in program.name
    }
    stack = bench.stack
    raw = {RAW: RawCopy(stack, stack.bouncer), "raw binary COPY, direct": RawCopy(stack, stack.direct)}
    sizes = payloads.batches(stack, bench.directory, bench.effort.copies)
    measured: dict[tuple[str, str], Measured] = {}
    for containers in groups.values():
        warm_up(bench, containers, sizes[0])
    for round_ in range(bench.effort.rounds):
        for batch in sizes:
            say(f"batches, round {round_ + 1} of {bench.effort.rounds}, {batch.label}")
            ways = {name: lambda m, c=containers: call(bench, c, batch, m) for name, containers in groups.items()}
            ways |= {name: lambda m, copy=copy: raw_copy(bench, copy, batch, m) for name, copy in raw.items()}
            ways |= psql_ways(bench, batch)
            for name, way in rotated(list(ways.items()), round_):
                stack.truncate()
                way(measured.setdefault((batch.label, name), Measured()))
    for containers in groups.values():
        for process in containers.processes:
            bench.processes.stop(process)
    return section(sizes, measured)


def warm_up(bench: Bench, containers: Containers, batch: Batch):
    load = bench.driver.load(containers.sockets, batch.json, containers.program.batch_path, 1, calls=2)
    if load.failed:
        raise SystemExit(f"{containers.program.name}: a batch failed: {load.first_failure}")
    containers.freeze()


def call(bench: Bench, containers: Containers, batch: Batch, into: Measured):
    containers.thaw(1)
    pids = containers.pids(1)
    before = bench.stack.cpu(pids)
    load = bench.driver.load(containers.sockets, batch.json, containers.program.batch_path, 1, calls=batch.copies)
    into.cpu.append(bench.stack.cpu(pids) - before)
    containers.freeze()
    if load.failed:
        raise SystemExit(f"{containers.program.name}: {load.failed} batches of {batch.label} failed: {load.first_failure}")
    rows = batch.rows * load.calls
    bench.check_rows(containers.program.name, rows)
    into.rows += rows
    into.rate.values.append(rows / load.seconds)


def raw_copy(bench: Bench, copy: RawCopy, batch: Batch, into: Measured):
    before = bench.stack.cpu([])
    into.rate.values.append(copy.rows_per_second(batch, batch.copies))
    into.cpu.append(bench.stack.cpu([]) - before)
    into.rows += batch.rows * batch.copies
    bench.check_rows("raw COPY", batch.rows * batch.copies)


def psql_ways(bench: Bench, batch: Batch) -> dict:
    """psql by both protocols' formats and both ways. It starts anew for each payload, so a few payloads are enough."""
    stack, times = bench.stack, max(1, batch.copies // 5)
    ways = {}
    for form, file in (("binary", batch.binary), ("csv", batch.csv)):
        for place, port in (("PgBouncer", stack.bouncer), ("direct", stack.direct)):
            ways[f"psql \\copy {form}, {place}"] = lambda into, port=port, file=file, form=form: into.rate.values.append(
                psql_copy(stack, port, batch, file, form, times)
            )
    return ways


def section(sizes: list[Batch], measured: dict[tuple[str, str], Measured]) -> Section:
    result = Section(
        "Payloads of many rows, one caller",
        "From the JSON of one call to committed rows. Raw binary COPY is a connection that stays and sends bytes made "
        "before, in BEGIN and COMMIT; psql starts anew for each payload. Ratios are medians of the rounds' ratios. CPU is in "
        "seconds per million rows: program / PgBouncer / PostgreSQL.",
        ["payload", "way", "rows/s", "of raw COPY", "ms a payload", "CPU s per million rows"],
    )
    for batch in sizes:
        limit = measured[batch.label, RAW].rate
        for (label, name), one in measured.items():
            if label == batch.label:
                payload = f"{label} ({batch.rows:,} rows, {batch.json.stat().st_size / 1e3:,.0f} kB)"
                ms = Samples([batch.rows / rate * 1e3 for rate in one.rate.values])
                result.rows.append(
                    [payload, name, one.rate.show(), one.rate.over(limit).show(2), ms.show(1), cpu(one, "raw" in name)]
                )
        if (batch.label, ADIT) in measured and batch.label == "10k":
            ratio = measured[batch.label, ADIT].rate.over(limit).median
            promise = "payloads of 10,000 rows at least 0.7 of raw binary COPY through the same PgBouncer"
            result.goals.append(Goal(promise, f"{ratio:.2f}", ratio >= 0.7))
    return result


def cpu(one: Measured, without_program: bool) -> str:
    if not one.cpu:
        return "–"
    per_million = [
        sum(getattr(cpu, part) for cpu in one.cpu) / one.rows * 1e6 for part in ("program", "pgbouncer", "postgres")
    ]
    shown = [f"{cpu:.2f}" for cpu in per_million]
    return " / ".join(["–", *shown[1:]] if without_program else shown)
