"""What every program of the benchmark writes into and reads from: PostgreSQL, PgBouncer in transaction mode, a Vault.

All of it is private to the run: free loopback ports, a temporary directory, random passwords.
"""

import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .processes import Processes, cpu_seconds, own_cpu_seconds, run, tree_cpu_seconds

HERE = Path(__file__).resolve().parent.parent

# The server as it comes, with its durability, and room enough that no checkpoint or vacuum falls into anybody's turn.
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "password_encryption": "scram-sha-256",
}

PGBOUNCER_INI = """\
[databases]
bench = host=127.0.0.1 port={direct} dbname=bench
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {bouncer}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {directory}/userlist.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
"""

API_KEY = {
    "OCI_TENANCY_OCID": "ocid1.tenancy.oc1..bench",
    "OCI_USER_OCID": "ocid1.user.oc1..bench",
    "OCI_REGION": "eu-frankfurt-1",
}
SECRET_ID = "ocid1.vaultsecret.oc1.eu-frankfurt-1.bench"


@dataclass(frozen=True)
class Cpu:
    """Processor seconds used by who calls, by the program, by PgBouncer and by PostgreSQL with all its backends."""

    client: float
    program: float
    pgbouncer: float
    postgres: float

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def total(self) -> float:
        return sum(astuple(self))


class Stack:
    """The servers, running. `direct` and `bouncer` are the ports of PostgreSQL and PgBouncer."""

    def __init__(self, processes: Processes, directory: Path, postgres_bin: Path, pgbouncer: Path):
        self.processes, self.directory, self.bin = processes, directory, postgres_bin
        self.direct, self.bouncer = free_port(), free_port()
        self.password = secrets.token_hex(16)
        self.environment = dict(os.environ, PGPASSWORD=self.password)
        self._start_postgres()
        self._start_pgbouncer(pgbouncer)
        self._start_vault()
        self.database = psycopg.connect(self.conninfo(self.direct), autocommit=True)
        self.database.execute((HERE / "schema.sql").read_text())

    def conninfo(self, port: int) -> str:
        return f"host=127.0.0.1 port={port} dbname=bench user=bench password={self.password}"

    def uri(self, port: int) -> str:
        """For command line tools, which take the password from PGPASSWORD."""
        return f"postgresql://bench@127.0.0.1:{port}/bench"

    def truncate(self):
        self.database.execute("TRUNCATE items")

    def count(self) -> int:
        return self.database.execute("SELECT count(*) FROM items").fetchone()[0]

    def cpu(self, pids) -> Cpu:
        """Processor time so far, with the given processes as the program, and as the client this one with what it ran."""
        servers = (cpu_seconds(self.pgbouncer.pid), tree_cpu_seconds(self.postgres.pid))
        return Cpu(own_cpu_seconds(), sum(map(cpu_seconds, pids)), *servers)

    def _start_postgres(self):
        data, sockets = self.directory / "data", self.directory / "sockets"
        for path in (data, sockets):
            path.mkdir(mode=0o700)
            self._give(path)
        initdb = [self.bin / "initdb", "--pgdata", data, "--username", "bench", "--encoding", "UTF8"]
        initdb += ["--locale", "C.UTF-8", "--auth-local", "peer", "--auth-host", "scram-sha-256", "--pwfile"]
        password = self._write("password", self.password)
        # The directory we were started from may be closed to the server's user.
        run(self.processes.argv([*initdb, password], unprivileged=True), cwd=self.directory)
        password.unlink()
        settings = {**POSTGRES_SETTINGS, "port": self.direct, "unix_socket_directories": sockets}
        argv = [self.bin / "postgres", "-D", data]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        # SIGINT is its fast shutdown; SIGTERM would wait for its clients.
        self.postgres = self.processes.start(
            "postgres", argv, unprivileged=True, cwd=self.directory, stop=signal.SIGINT
        )
        with self._connect("postgres", self.postgres, self.direct, "postgres") as connection:
            connection.execute("CREATE DATABASE bench")

    def _start_pgbouncer(self, pgbouncer: Path):
        self._write("userlist.txt", f'"bench" "{self.password}"\n')
        ports = {"direct": self.direct, "bouncer": self.bouncer}
        ini = self._write("pgbouncer.ini", PGBOUNCER_INI.format(directory=self.directory, **ports))
        self.pgbouncer = self.processes.start(
            "pgbouncer", [pgbouncer, "-q", ini], unprivileged=True, cwd=self.directory
        )
        self._connect("pgbouncer", self.pgbouncer, self.bouncer, "bench").close()

    def _start_vault(self):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self.directory / "public.pem"
        public.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))
        # An API key is known by the MD5 of its public half.
        der = key.public_key().public_bytes(serialization.Encoding.DER, form)
        fingerprint = hashlib.md5(der, usedforsecurity=False).digest().hex(":")
        api_key = {**API_KEY, "OCI_FINGERPRINT": fingerprint}
        self.secret = json.dumps(
            {
                "host": "127.0.0.1",
                "port": self.bouncer,
                "dbname": "bench",
                "username": "bench",
                "password": self.password,
            }
        )
        secret = self._write("secret.json", self.secret)
        key_id = "/".join(api_key[name] for name in ("OCI_TENANCY_OCID", "OCI_USER_OCID", "OCI_FINGERPRINT"))
        self.vault = self.processes.start(
            "vault",
            [sys.executable, HERE / "vault.py", SECRET_ID, secret, public, key_id],
            stdout=subprocess.PIPE,
        )
        port = self.vault.stdout.readline().decode().strip()
        if not port:
            raise SystemExit(f"the Vault did not start:\n{self.processes.log_tail('vault')}")
        # What the replaced program is configured with, and Adit too.
        self.settings = {
            **api_key,
            "OCI_PRIVATE_KEY_CONTENT": private,
            "DB_SECRET_OCID": SECRET_ID,
            "ADIT_OCI_ENDPOINT": f"http://127.0.0.1:{port}",
        }

    def _connect(self, name: str, process: subprocess.Popen, port: int, dbname: str) -> psycopg.Connection:
        """A connection, as soon as the server gives one: that, and not an open port, is being ready."""
        conninfo = self.conninfo(port).replace("dbname=bench", f"dbname={dbname}")
        for _ in range(300):
            try:
                return psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
            except psycopg.OperationalError as error:
                refused = error
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"{name} did not start: {refused}\n{self.processes.log_tail(name)}")

    def _write(self, name: str, text: str) -> Path:
        """A file that only the servers' user may read."""
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(text)
        self._give(path)
        return path

    def _give(self, path: Path):
        if self.processes.user:
            shutil.chown(path, self.processes.user.pw_uid, self.processes.user.pw_gid)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
