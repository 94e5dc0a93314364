"""What the database itself can do, by the tools that waste nothing: the marks that a program is measured against."""

import re
import time

import psycopg

from .payloads import ONE_INSERT, Batch
from .processes import run
from .rounds import Turn
from .stack import Stack


def pgbench(stack: Stack, port: int, callers: int, seconds: float) -> Turn:
    """INSERTs of one row, each its own transaction, in the simple protocol: one round trip a row."""
    script = stack.directory / "insert.sql"
    script.write_text(ONE_INSERT)
    # pgbench counts whole seconds.
    options = ["--no-vacuum", "--file", script, "--protocol", "simple", "--time", max(1, round(seconds))]
    options += ["--client", callers, "--jobs", min(callers, 2)]
    server = ["--host", "127.0.0.1", "--port", port, "--username", "bench", "bench"]
    before = stack.cpu([])
    output = run([stack.bin / "pgbench", *options, *server], env=stack.environment)
    rows = re.search(r"transactions actually processed: (\d+)", output)
    failed = re.search(r"failed transactions: (\d+)", output)
    rate = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    if not (rows and rate) or (failed and int(failed[1])):
        raise SystemExit(f"pgbench: {output}")
    return Turn(int(rows[1]), int(rows[1]) / float(rate[1]), stack.cpu([]) - before)


def psql_copy(stack: Stack, port: int, batch: Batch, form: str) -> Turn:
    """psql's \\copy, a new psql for each payload; a few payloads are enough for it."""
    file = {"binary": batch.binary, "csv": batch.csv}[form]
    command = f"\\copy items(name, description) from '{file}' with (format {form})"
    argv = [stack.bin / "psql", "--quiet", "--no-psqlrc", stack.uri(port), "--command", command]
    payloads = max(1, batch.copies // 5)
    before = stack.cpu([])
    began = time.perf_counter()
    for _ in range(payloads):
        run(argv, env=stack.environment)
    seconds = time.perf_counter() - began
    return Turn(batch.rows * payloads, seconds, stack.cpu([]) - before)


class RawCopy:
    """A client that is all libpq: a lasting connection; for each payload BEGIN, COPY of bytes made before, COMMIT."""

    def __init__(self, stack: Stack, port: int):
        self.stack = stack
        self.connection = psycopg.connect(stack.conninfo(port), autocommit=True, prepare_threshold=None)

    def turn(self, batch: Batch) -> Turn:
        payload = batch.binary.read_bytes()
        before = self.stack.cpu([])
        began = time.perf_counter()
        for _ in range(batch.copies):
            with (
                self.connection.transaction(),
                self.connection.cursor() as cursor,
                cursor.copy("COPY items(name, description) FROM STDIN (FORMAT binary)") as copy,
            ):
                copy.write(payload)
        seconds = time.perf_counter() - began
        return Turn(batch.rows * batch.copies, seconds, self.stack.cpu([]) - before)
