"""Part c: payloads of many rows, one caller, through PgBouncer, against COPY itself."""

from functools import partial

from . import payloads
from .bench import Bench, say
from .limits import RawCopy, psql_copy
from .payloads import Batch
from .programs import ADIT, Containers
from .report import Goal, Samples, Section
from .rounds import Turn, Turns, load, play

RAW = "raw binary COPY, PgBouncer"

NOTE = """\
From the JSON of one call to committed rows. Raw binary COPY is a connection that stays and sends bytes made before, in
BEGIN and COMMIT; psql starts anew for each payload. Ratios are medians of the rounds' ratios. CPU is in seconds per
million rows: client / program / PgBouncer / PostgreSQL."""


def run(bench: Bench) -> Section:
    stack = bench.stack
    sizes = payloads.batches(stack, bench.directory, bench.effort.copies)
    groups = {
        program.name: Containers.start(bench.processes, bench.directory, program, 1)
        for program in bench.programs
        if program.batch_path and not program.cold_only
    }
    raw = {RAW: RawCopy(stack, stack.bouncer), "raw binary COPY, direct": RawCopy(stack, stack.direct)}
    for containers in groups.values():
        stack.truncate()
        call(bench, containers, sizes[0])
    measured: dict[str, dict[str, Turns]] = {batch.label: {} for batch in sizes}
    for round_ in range(bench.effort.rounds):
        for batch in sizes:
            say(f"batches, round {round_ + 1} of {bench.effort.rounds}, {batch.label}")
            ways = {name: partial(call, bench, containers, batch) for name, containers in groups.items()}
            ways |= {name: partial(copy.turn, batch) for name, copy in raw.items()}
            for form in ("binary", "csv"):
                for place, port in (("PgBouncer", stack.bouncer), ("direct", stack.direct)):
                    ways[f"psql \\copy {form}, {place}"] = partial(psql_copy, stack, port, batch, form)
            play(bench, round_, ways, measured[batch.label])
    for containers in groups.values():
        containers.stop(bench.processes)
    return section(sizes, measured)


def call(bench: Bench, containers: Containers, batch: Batch) -> Turn:
    turn = load(bench, containers, batch.json, containers.program.batch_path, 1, batch.rows, calls=batch.copies)
    if turn.failed:
        raise SystemExit(f"{containers.program.name}: {turn.failed} payloads of {batch.label} failed")
    return turn


def section(sizes: list[Batch], measured: dict[str, dict[str, Turns]]) -> Section:
    headings = ["payload", "way", "rows/s", "of raw COPY", "ms a payload", "CPU s per million rows"]
    result = Section("Payloads of many rows, one caller", NOTE, headings)
    for batch in sizes:
        payload = f"{batch.rows:,} rows, {batch.json.stat().st_size / 1e3:,.0f} kB"
        ways = measured[batch.label]
        limit = ways[RAW].rate
        for name, turns in ways.items():
            ms = Samples([batch.rows / rate * 1e3 for rate in turns.rate.values])
            numbers = [turns.rate.show(), turns.rate.over(limit).show(2), ms.show(1)]
            result.rows.append([payload, name, *numbers, turns.cpu(2)])
        if ADIT in ways and batch.rows == 10_000:
            ratio = ways[ADIT].rate.over(limit).median
            promise = "payloads of 10,000 rows: at least 0.85 of raw binary COPY through the same PgBouncer"
            result.goals.append(Goal(promise, f"{ratio:.2f}", ratio >= 0.85))
    return result
