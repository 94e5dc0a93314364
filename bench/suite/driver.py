"""The load driver's two commands, as functions."""

import json
from dataclasses import dataclass
from pathlib import Path

from .processes import run


@dataclass(frozen=True)
class Load:
    """Calls that were answered with 200, those that were not, the times of the former, and the driver's own effort."""

    calls: int
    failed: int
    first_failure: str
    last_reply: str
    seconds: float
    cpu_seconds: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Cold:
    """One start: to the first 200 (a committed row), resident memory then and after the calls of `then`."""

    first_ms: float
    resident_first_bytes: int
    resident_after_bytes: int
    then: Load


@dataclass(frozen=True)
class Driver:
    binary: Path

    def load(self, sockets, body: Path, path: str, callers: int, *, seconds=None, calls=None) -> Load:
        until = ["--seconds", seconds] if calls is None else ["--calls", calls]
        argv = ["load", "--body", body, "--path", path, "--callers", callers, *until, *sockets]
        return Load(**json.loads(run([self.binary, *argv])))

    def cold(self, command, environment, listener: Path, body: Path, log: Path, then: int) -> Cold:
        argv = ["cold", "--body", body, "--socket", listener, "--log", log, "--then", then, "--", *command]
        told = json.loads(run([self.binary, *argv], env=environment, cwd=listener.parent))
        return Cold(**{**told, "then": Load(**told["then"])})
