"""Part a: from the start of a process to its first committed row, and the memory it holds."""

from . import payloads
from .bench import Bench, rotated, say
from .programs import ADIT, REPLACED, Program, fresh_listener
from .report import Goal, Samples, Section, megabytes

CALLS_AFTER = 1_000

NOTE = """\
From the start of the process to its first 200, which is a committed row; the secret is read from the Vault by a signed
request. Memory is the resident set."""


def run(bench: Bench) -> Section:
    body = payloads.one(bench.directory)
    started = {program.name: Samples() for program in bench.programs}
    first = {program.name: Samples() for program in bench.programs}
    after = {program.name: Samples() for program in bench.programs}
    for program in bench.programs:
        start(bench, program, body, then=0)  # its files come into the page cache
    for round_ in range(bench.effort.cold_rounds):
        say(f"cold start, round {round_ + 1} of {bench.effort.cold_rounds}")
        for program in rotated(bench.programs, round_):
            cold = start(bench, program, body, CALLS_AFTER)
            started[program.name].values.append(cold.first_ms)
            first[program.name].values.append(megabytes(cold.resident_first_bytes))
            after[program.name].values.append(megabytes(cold.resident_after_bytes))
    section = Section(
        "Cold start and memory",
        NOTE,
        [
            "program",
            "ms to the first row",
            "faster than the replaced",
            "MB after 1 call",
            f"MB after {CALLS_AFTER + 1:,} calls",
        ],
    )
    for name in started:
        ratio = started[REPLACED].over(started[name]).show(1)
        section.rows.append([name, started[name].show(1), f"× {ratio}", first[name].show(1), after[name].show(1)])
    section.goals += goals(started, first, after)
    return section


def start(bench: Bench, program: Program, body, then: int):
    listener = fresh_listener(bench.directory)
    bench.stack.truncate()
    cold = bench.driver.cold(
        program.command(listener), program.environment(listener), listener, body, bench.processes.log("programs"), then
    )
    if cold.then.failed:
        raise SystemExit(f"{program.name}: {cold.then.failed} of {then} calls failed: {cold.then.first_failure}")
    bench.check_rows(program.name, 1 + then, cold.then.last_reply)
    return cold


def goals(started, first, after) -> list[Goal]:
    if ADIT not in started:
        return []
    faster = started[REPLACED].over(started[ADIT]).median
    smaller = min(first[REPLACED].over(first[ADIT]).median, after[REPLACED].over(after[ADIT]).median)
    resident = after[ADIT].median
    return [
        Goal("cold start at most 1/30 of the replaced program's", f"1/{faster:.0f}", faster >= 30),
        Goal("memory at most 1/10 of the replaced program's", f"1/{smaller:.1f}", smaller >= 10),
        Goal("memory after 1,000 calls at most 8 MB", f"{resident:.1f} MB", resident <= 8),
    ]
