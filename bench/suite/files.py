"""Part d: a file of events into a table by the command line, against psql and against the tools that people use for it."""

import json
import os
import random
import subprocess
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from .bench import Bench, rotated, say
from .payloads import WORDS
from .report import Goal, Samples, Section
from .stack import HERE

EVENTS = """\
CREATE TABLE events (id uuid PRIMARY KEY, at timestamptz NOT NULL, seq integer NOT NULL, reading double precision,
    device text NOT NULL, ok boolean NOT NULL, attrs jsonb, tags text[])"""
# What one writes who has no tool: the lines as documents, then each value by an expression.
CAST = """\
INSERT INTO events SELECT (d->>'id')::uuid, (d->>'at')::timestamptz, (d->>'seq')::int, (d->>'reading')::float8, d->>'device',
    (d->>'ok')::bool, d->'attrs', array(SELECT jsonb_array_elements_text(d->'tags')) FROM lines"""
MERGE = """\
INSERT INTO events SELECT * FROM incoming ON CONFLICT (id) DO UPDATE SET at = excluded.at, seq = excluded.seq,
    reading = excluded.reading, device = excluded.device, ok = excluded.ok, attrs = excluded.attrs, tags = excluded.tags"""

COPY = "psql \\copy binary, typed before"
STAGING = "psql, lines as jsonb, then casts"
APPEND = "adit ingest"
UPSERT = "adit ingest --mode upsert"
HAND_WRITTEN = "psql, \\copy binary to a temporary table, then ON CONFLICT"
CLEAN = "adit ingest --on-reject each, 100,000 rows"
POISONED = "the same with one bad row"
SLING = "sling 1.4.11"
DLT = "dlt 1.31.0, 100,000 rows"
PART = 100_000

NOTE = """\
A file of NDJSON, 8 columns (uuid key, timestamptz, int, float, text, bool, jsonb, text[]), straight into PostgreSQL, the start of the
program included. `\\copy` gets bytes that PostgreSQL itself wrote before. Upserts find every second row there. CPU is in seconds per
million rows: client / PostgreSQL. sling and dlt, run once, make a table of their own without a key, which flatters them."""


@dataclass(frozen=True)
class Files:
    """The same events in two forms, and a part of them with and without a bad row."""

    rows: int
    json: Path
    binary: Path
    part: Path
    poisoned: Path


@dataclass(frozen=True)
class Run:
    """A program that started, stored a file and ended."""

    rows: int
    seconds: float
    client: float
    server: float


class Runs(list[Run]):
    """All runs of one way."""

    @property
    def rate(self) -> Samples:
        return Samples([run.rows / run.seconds for run in self])

    def cpu(self, whose: str) -> float:
        """Seconds per million rows."""
        return sum(getattr(run, whose) for run in self) / sum(run.rows for run in self) * 1e6


def run(bench: Bench) -> Section:
    bench.stack.database.execute(EVENTS)
    say("files: writing the events")
    files = write(bench, bench.effort.events)
    ways = {
        COPY: partial(copy, bench, files),
        STAGING: partial(staging, bench, files),
        APPEND: partial(ingest, bench, files.json, files.rows),
        UPSERT: partial(upsert, bench, files),
        HAND_WRITTEN: partial(hand_written, bench, files),
        CLEAN: partial(ingest, bench, files.part, PART, "--on-reject", "each"),
        POISONED: partial(ingest, bench, files.poisoned, PART - 1, "--on-reject", "each"),
    }
    measured: dict[str, Runs] = {}
    for round_ in range(bench.effort.file_rounds):
        for name, way in rotated(list(ways.items()), round_):
            say(f"files, round {round_ + 1} of {bench.effort.file_rounds}: {name}")
            bench.stack.database.execute("TRUNCATE events")
            measured.setdefault(name, Runs()).append(way())
    for name, tool in {SLING: sling, DLT: dlt}.items():
        say(f"files: {name}")
        measured[name] = Runs([tool(bench, files)])
    return section(files, measured)


def section(files: Files, measured: dict[str, Runs]) -> Section:
    headings = ["way", "rows/s", "of \\copy", "CPU s per million rows"]
    result = Section(f"A file of {files.rows:,} events", NOTE, headings)
    for name, runs in measured.items():
        cpu = f"{runs.cpu('client'):.2f} / {runs.cpu('server'):.2f}"
        ratio = f"{over(runs, measured[COPY]):.2f}"
        result.rows.append([name, runs.rate.show(), ratio, cpu])
    for promise, mine, other, least in (
        ("adit ingest: at least 0.9 of \\copy binary of typed rows", APPEND, COPY, 0.9),
        ("adit ingest: at least 2 times the lines as jsonb and casts", APPEND, STAGING, 2),
        ("adit ingest: at least 4 times sling", APPEND, SLING, 4),
        ("adit ingest: at least 4 times dlt", APPEND, DLT, 4),
        ("upsert: at least 0.6 of the one written by hand", UPSERT, HAND_WRITTEN, 0.6),
    ):
        ratio = over(measured[mine], measured[other])
        result.goals.append(Goal(promise, f"{ratio:.2f}", ratio >= least))
    times = over(measured[CLEAN], measured[POISONED])
    result.goals.append(Goal("one bad row in 100,000: at most 1.5 times the time of none", f"{times:.2f}", times <= 1.5))
    share = measured[APPEND].cpu("client") / measured[APPEND].cpu("server")
    promise = "adit ingest: its processor time at most half of the server's"
    result.goals.append(Goal(promise, f"{share:.2f}", share <= 0.5))
    return result


def over(mine: Runs, other: Runs) -> float:
    """Round by round where both have the same rounds."""
    if len(mine) == len(other):
        return mine.rate.over(other.rate).median
    return mine.rate.median / other.rate.median


# --- the ways --------------------------------------------------------------------------------------------------------------------


def copy(bench: Bench, files: Files) -> Run:
    return psql(bench, files.rows, f"\\copy events from '{files.binary}' with (format binary)")


def staging(bench: Bench, files: Files) -> Run:
    # No byte of the file is a quote or a delimiter to COPY this way.
    lines = f"\\copy lines from '{files.json}' with (format csv, quote e'\\x01', delimiter e'\\x02')"
    return psql(bench, files.rows, "CREATE TEMP TABLE lines (d jsonb)", lines, CAST)


def hand_written(bench: Bench, files: Files) -> Run:
    half(bench, files)
    load = f"\\copy incoming from '{files.binary}' with (format binary)"
    return psql(bench, files.rows, "BEGIN", "CREATE TEMP TABLE incoming (LIKE events) ON COMMIT DROP", load, MERGE, "COMMIT")


def upsert(bench: Bench, files: Files) -> Run:
    half(bench, files)
    return ingest(bench, files.json, files.rows, "--mode", "upsert")


def half(bench: Bench, files: Files):
    """Every second row as it will come, but for one value."""
    with bench.stack.database.cursor() as cursor:
        with cursor.copy("COPY events FROM STDIN (FORMAT binary)") as into:
            into.write(files.binary.read_bytes())
        cursor.execute("DELETE FROM events WHERE seq % 2 = 0")
        cursor.execute("UPDATE events SET reading = 0")
        cursor.execute("VACUUM FULL events")


def ingest(bench: Bench, file: Path, rows: int, *options: str) -> Run:
    url = bench.stack.conninfo(bench.stack.direct)
    return timed(bench, [bench.adit, "ingest", file, "--table", "events", *options, "--database-url", url], rows)


def psql(bench: Bench, rows: int, *statements: str) -> Run:
    commands = [word for statement in statements for word in ("--command", statement)]
    target = ("--quiet", "--no-psqlrc", bench.stack.uri(bench.stack.direct))
    return timed(bench, [bench.stack.bin / "psql", *target, *commands], rows)


def sling(bench: Bench, files: Files) -> Run:
    program = next(bench.tools.glob("lib/python*/site-packages/sling_linux_amd64/bin/sling-linux-amd64"))
    stack = bench.stack
    url = f"postgresql://bench:{stack.password}@127.0.0.1:{stack.direct}/bench?sslmode=disable"
    argv = [program, "run", "--src-stream", f"file://{files.json}", "--src-options", "{format: jsonlines, flatten: true}"]
    argv += ["--tgt-conn", "BENCH", "--tgt-object", "public.sling_events", "--mode", "full-refresh"]
    home = {"BENCH": url, "HOME": str(bench.directory), "SLING_HOME_DIR": str(bench.directory / "sling")}
    return timed(bench, argv, files.rows, table="sling_events", env={**stack.environment, **home})


def dlt(bench: Bench, files: Files) -> Run:
    stack = bench.stack
    url = f"postgresql://bench:{stack.password}@127.0.0.1:{stack.direct}/bench"
    home = {"EVENTS": str(files.part), "DATABASE_URL": url, "HOME": str(bench.directory), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    argv = [bench.tools / "bin" / "python", HERE / "peers" / "dlt_load.py"]
    return timed(bench, argv, PART, table="dlt_events.events", env={**stack.environment, **home}, cwd=bench.directory)


def timed(bench: Bench, argv, rows: int, table: str = "events", **how) -> Run:
    """Runs a program to its end. What it was to store must be there."""
    how.setdefault("env", bench.stack.environment)
    log = bench.processes.log("files")
    before = bench.stack.cpu([])
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=output, stderr=output, **how
        )
        # Of this one process, what it used.
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    server = (bench.stack.cpu([]) - before).postgres
    found = bench.stack.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    if found != rows:
        text = f"{argv[0]} ended with {process.returncode}; {table} has {found:,} rows, not {rows:,}"
        raise SystemExit(f"{text}:\n{log.read_text(errors='replace')[-2000:]}")
    return Run(rows, seconds, usage.ru_utime + usage.ru_stime, server)


# --- the data --------------------------------------------------------------------------------------------------------------------


def write(bench: Bench, rows: int) -> Files:
    """The events as lines, and by PostgreSQL itself as what COPY reads."""
    paths = [bench.directory / name for name in ("events.ndjson", "events.bin", "part.ndjson", "poisoned.ndjson")]
    files = Files(rows, *paths)
    with files.json.open("w") as out:
        for event in events(rows):
            out.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
    with files.json.open() as lines:
        part = [line for line, _ in zip(lines, range(PART), strict=False)]
    files.part.write_text("".join(part))
    # A key that was there: only the server can say so.
    part[PART // 3] = part[0]
    files.poisoned.write_text("".join(part))
    with bench.stack.database.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE lines (d jsonb)")
        with cursor.copy("COPY lines FROM STDIN (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')") as into:
            into.write(files.json.read_bytes())
        cursor.execute(CAST)
        with cursor.copy("COPY (SELECT * FROM events ORDER BY seq) TO STDOUT (FORMAT binary)") as out:
            files.binary.write_bytes(b"".join(out))
        cursor.execute("DROP TABLE lines")
    return files


def events(rows: int):
    """Readings of some thousand devices, the same in every run."""
    chance = random.Random(7)
    words = WORDS[:11]
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(rows):
        place = {"lat": round(chance.uniform(-90, 90), 5), "lon": round(chance.uniform(-180, 180), 5)}
        yield {
            "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "at": (began + timedelta(milliseconds=137 * number)).isoformat(),
            "seq": number,
            "reading": round(chance.gauss(20, 5), 4),
            "device": f"dev-{chance.randrange(5000):05d}-{chance.choice(WORDS)}",
            "ok": chance.random() > 0.03,
            "attrs": {"fw": f"{chance.randrange(9)}.{chance.randrange(20)}", "batt": chance.randrange(100), "loc": place},
            "tags": chance.sample(words, chance.randrange(4)),
        }
