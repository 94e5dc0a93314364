"""What the database itself can do, by the tools that waste nothing: the marks that a program is measured against."""

import re
import time
from pathlib import Path

import psycopg

from .payloads import ONE_INSERT, Batch
from .processes import run
from .stack import Stack


def pgbench(stack: Stack, port: int, callers: int, seconds: float) -> float:
    """INSERTs of one row per second, each its own transaction, in the simple protocol: one round trip a row."""
    script = stack.directory / "insert.sql"
    script.write_text(ONE_INSERT)
    # pgbench counts whole seconds.
    options = ["--no-vacuum", "--file", script, "--protocol", "simple", "--time", max(1, round(seconds))]
    options += ["--client", callers, "--jobs", min(callers, 2)]
    server = ["--host", "127.0.0.1", "--port", port, "--username", "bench", "bench"]
    output = run([stack.bin / "pgbench", *options, *server], env=stack.environment)
    failed = re.search(r"number of failed transactions: (\d+)", output)
    rate = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    if not rate or (failed and int(failed[1])):
        raise SystemExit(f"pgbench: {output}")
    return float(rate[1])


def psql_copy(stack: Stack, port: int, batch: Batch, file: Path, form: str, times: int) -> float:
    """Rows per second of psql's \\copy, a new psql for each payload."""
    command = f"\\copy items(name, description) from '{file}' with (format {form})"
    argv = [stack.bin / "psql", "--quiet", "--no-psqlrc", stack.uri(port), "--command", command]
    began = time.perf_counter()
    for _ in range(times):
        run(argv, env=stack.environment)
    return batch.rows * times / (time.perf_counter() - began)


class RawCopy:
    """A client that is all libpq: a connection that stays, and for each payload BEGIN, COPY of bytes made before, COMMIT."""

    def __init__(self, stack: Stack, port: int):
        self.connection = psycopg.connect(stack.conninfo(port), autocommit=True, prepare_threshold=None)

    def rows_per_second(self, batch: Batch, times: int) -> float:
        payload = batch.binary.read_bytes()
        began = time.perf_counter()
        for _ in range(times):
            with self.connection.transaction(), self.connection.cursor() as cursor:
                with cursor.copy("COPY items(name, description) FROM STDIN (FORMAT binary)") as copy:
                    copy.write(payload)
        return batch.rows * times / (time.perf_counter() - began)
