"""The programs that are compared, each a container of the platform: FN_LISTENER, POST /call, one answer a call."""

import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from .processes import Processes
from .stack import HERE, Stack

PEERS = HERE / "peers"

REPLACED = "FastAPI + psycopg3"
ADIT = "Adit"
RELAY = "the relay"


@dataclass(frozen=True)
class Program:
    """How a program is started. `{socket}` in an argument is where it shall listen."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    # Where it takes a batch of rows; None when it cannot.
    batch_path: str | None = None
    # Measured only where it says something: at its start.
    cold_only: bool = False

    def command(self, listener: Path) -> list[str]:
        return [word.format(socket=listener) for word in self.argv]

    def environment(self, listener: Path) -> dict[str, str]:
        # A container's environment is its own; these few are what any program needs to start here.
        machine = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        contract = {
            "FN_LISTENER": f"unix:{listener}",
            "FN_FORMAT": "http-stream",
            "FN_MEMORY": "256",
            "FN_TYPE": "sync",
        }
        return {**machine, **contract, **self.env}


def programs(stack: Stack, function: Path) -> list[Program]:
    """All of them. The first is the one that is replaced; the last is Adit."""
    python = (sys.executable,)
    uvicorn = ("-m", "uvicorn", "--uds", "{socket}", "--log-level", "warning")
    peer = {**stack.settings, "PYTHONPATH": str(PEERS)}
    plain = {"PEER_PLAIN_SECRET": stack.secret, "PYTHONPATH": str(PEERS)}
    # Without these two, the FDK does not start.
    frames = {"FN_LOGFRAME_NAME": "", "FN_LOGFRAME_HDR": ""}
    return [
        Program(REPLACED, (*python, *uvicorn, "fastapi_app:app"), peer, "/batch"),
        Program(f"{REPLACED}, no Vault, no SDK", (*python, *uvicorn, "fastapi_app:app"), plain, cold_only=True),
        Program(
            "FDK + psycopg3",
            (*python, str(PEERS / "fdk_start.py"), str(PEERS / "fdk_handler.py"), "handler"),
            {**peer, **frames},
        ),
        Program("ASGI + asyncpg", (*python, *uvicorn, "asyncpg_app:app"), peer, "/batch"),
        Program(ADIT, (str(function),), {**stack.settings, "ADIT_TABLE": "items"}, "/call"),
    ]


def relay(stack: Stack, driver: Path) -> Program:
    """Not a program to compare but the ceiling of all: it only waits for a request, sends the database bytes that were made
    before, and answers."""
    database = ("--database", f"127.0.0.1:{stack.bouncer}", "--dbname", "bench", "--user", "bench")
    return Program(RELAY, (str(driver), "relay", "--socket", "{socket}", *database), {"PGPASSWORD": stack.password})


@dataclass
class Containers:
    """Running containers of one program. Frozen when it is not their turn, as the platform freezes idle ones."""

    program: Program
    processes: list = field(default_factory=list)
    sockets: list[Path] = field(default_factory=list)

    @classmethod
    def start(cls, processes: Processes, directory: Path, program: Program, count: int) -> "Containers":
        """Starts them and waits until each of them accepts a connection."""
        containers = cls(program)
        for _ in range(count):
            listener = fresh_listener(directory)
            containers.sockets.append(listener)
            containers.processes.append(
                # The platform ends its containers without a warning, frozen or not.
                processes.start(
                    "programs",
                    program.command(listener),
                    env=program.environment(listener),
                    cwd=listener.parent,
                    stop=signal.SIGKILL,
                )
            )
        for process, listener in zip(containers.processes, containers.sockets, strict=True):
            wait_for(listener, process, lambda: processes.log_tail("programs"), program.name)
        return containers

    def pids(self, callers: int) -> list[int]:
        """The processes that serve this many callers."""
        return [process.pid for process in self.processes[:callers]]

    def stop(self, processes: Processes):
        for process in self.processes:
            processes.stop(process)

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self, callers: int):
        self._signal(signal.SIGCONT, callers)

    def _signal(self, sign: signal.Signals, first: int | None = None):
        for process in self.processes[:first]:
            process.send_signal(sign)


def fresh_listener(directory: Path) -> Path:
    """A socket's path in a new directory, as each container has its own."""
    number = sum(1 for _ in directory.glob("fn*"))
    home = directory / f"fn{number}"
    home.mkdir(mode=0o777)
    return home / "lsnr.sock"


def wait_for(listener: Path, process, log_tail, name: str, seconds: float = 60):
    """Waits until somebody listens at the socket."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(listener))
                return
            except OSError:
                time.sleep(0.02)
    raise SystemExit(f"{name} did not start:\n{log_tail()}")
