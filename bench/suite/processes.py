"""Every process of a run: started here, ended here whatever happens, and read through /proc."""

import os
import pwd
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL and PgBouncer, which refuse to be root: nobody else when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")


class Processes:
    """Starts processes that end with this one, and ends them in the reverse order."""

    def __init__(self, logs: Path):
        self.logs = logs
        self.user = unprivileged_user()
        # How each is ended.
        self.started: dict[subprocess.Popen, signal.Signals] = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(list(self.started)):
            self.stop(process)

    def argv(self, argv, *, unprivileged=False, die_with: signal.Signals | None = None) -> list[str]:
        """The command, with a user and a parent's fate given to it by setpriv, which then becomes the command."""
        prefix = ["setpriv"]
        if die_with:
            prefix += ["--pdeathsig", die_with.name.removeprefix("SIG")]
        if unprivileged and self.user:
            prefix += ["--reuid", str(self.user.pw_uid), "--regid", str(self.user.pw_gid), "--clear-groups"]
        return [*prefix, "--", *map(str, argv)] if len(prefix) > 1 else [str(word) for word in argv]

    def start(self, name: str, argv, *, env=None, cwd=None, unprivileged=False, stop=signal.SIGTERM, stdout=None):
        """Starts a process in its own session: Ctrl-C reaches it only through us. Its output goes to NAME.log."""
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                self.argv(argv, unprivileged=unprivileged, die_with=stop),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stdout or log,
                stderr=log,
                start_new_session=True,
            )
        self.started[process] = stop
        return process

    def stop(self, process: subprocess.Popen):
        """Ends a process, by force after five seconds."""
        process.send_signal(self.started.pop(process))
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def log_tail(self, name: str) -> str:
        """The end of a process's log, for an error message."""
        return "\n".join(self.log(name).read_text(errors="replace").splitlines()[-15:])


def run(argv, **options) -> str:
    """Runs a command to its end and gives its output; a failure shows what it said. It and its children die with us."""
    process = subprocess.Popen(
        [str(word) for word in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        output, errors = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode != 0:
        raise SystemExit(f"{argv[0]} failed ({process.returncode}): {errors.strip() or output.strip()}")
    return output


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its threads have used; 0 when it has ended."""
    nanoseconds = 0
    # A thread, or the whole process, may end while it is looked at.
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):
                nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def own_cpu_seconds() -> float:
    """Processor time of this process and of all commands that it has run to their end."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def tree_cpu_seconds(pid: int) -> float:
    """The same for a process, its children, and the children that it has already buried."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    living = cpu_seconds(pid) + sum(cpu_seconds(int(child)) for child in children)
    # Read last: a child that has ended meanwhile is found here.
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return living + (int(stat[13]) + int(stat[14])) / TICKS
