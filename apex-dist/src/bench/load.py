"""The load of a proxy: requests by wrk or by other clients, and idle connections."""

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import machine
from problems import Problem

REPORT = Path(__file__).resolve().parent / "report.lua"
REPORT_PREFIX = "figures "
SETTLE = 0.3  # s after a load, in which a proxy ends its last sessions; they count as part of the load
REQUEST_TIMEOUT = 30  # s; with the default of wrk, 2 s, a long response would be an error
PATIENCE = 60  # s by which clients can exceed their time


@dataclass(frozen=True)
class Workload:
    """A kind of request and the unit in which it is counted."""

    name: str
    title: str
    path: str
    headers: tuple
    units: Callable  # converts the figures of the clients to a number of units
    rate: str  # the name of units per second
    cpu: str  # the name of CPU time per unit
    cpu_scale: float  # time units of cpu in a second


WORKLOADS = KEEPALIVE, CLOSE, BULK = (
    Workload("keepalive", "Small responses over kept connections", "/small", (),
             lambda figures: figures["requests"], "requests/s", "CPU µs/request", 1e6),
    Workload("close", "Small responses, each over a new connection", "/small", ("Connection: close",),
             lambda figures: figures["requests"], "connections/s", "CPU µs/connection", 1e6),
    Workload("bulk", "Responses of 10 MiB", "/large", (),
             lambda figures: figures["bytes"] / 1e9, "GB/s", "CPU ms/GB", 1e3),
)


@dataclass(frozen=True)
class Sample:
    """One run of one workload through one proxy."""

    rate: float  # units per second
    cpu: float  # of the proxy per unit, in the time unit of the workload; None without a proxy
    p50: float  # ms; None, like p99, if no response was complete
    p99: float  # ms
    errors: dict  # counts by kind, without zeros


class Clients:
    """Clients that load a target."""

    def run(self, workload, target, seconds):
        """Runs the clients; returns figures in the form of report.lua."""
        raise NotImplementedError

    def sample(self, workload, target, seconds):
        """Runs a workload once through a target, and measures the CPU time of its proxy."""
        before = target.cpu_seconds()
        try:
            figures = self.run(workload, target, seconds)
        except Problem:
            target.check()  # a more precise error than that of the clients
            raise
        time.sleep(SETTLE)
        after = target.cpu_seconds()
        target.check()
        errors = {kind: count for kind, count in figures["errors"].items() if count}
        units = workload.units(figures)
        if units == 0:
            raise Problem(f"{target.name}: {workload.name}: no response within {seconds} s; errors: {errors}")
        responses = figures["requests"]  # 0 if the time is too short for large responses
        return Sample(
            rate=units / (figures["microseconds"] / 1e6),
            cpu=None if before is None else (after - before) / units * workload.cpu_scale,
            p50=figures["p50"] / 1e3 if responses else None,
            p99=figures["p99"] / 1e3 if responses else None,
            errors=errors)


@dataclass(frozen=True)
class Wrk(Clients):
    """Clients of HTTP."""

    threads: int
    connections: int
    scheme: str = "http"

    def run(self, workload, target, seconds):
        host, port = target.address
        command = [machine.tool("wrk"), "--threads", str(self.threads), "--connections", str(self.connections),
                   "--duration", f"{seconds}s", "--timeout", f"{REQUEST_TIMEOUT}s",
                   "--latency", "--script", str(REPORT)]
        for header in workload.headers:
            command += ["--header", header]
        command.append(f"{self.scheme}://{host}:{port}{workload.path}")
        return figures_of("wrk", command, seconds)


def figures_of(name, command, seconds):
    """Runs clients; returns the figures that they print."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=seconds + PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{name}: not done {PATIENCE} s after its time") from error
    lines = [line for line in done.stdout.splitlines() if line.startswith(REPORT_PREFIX)]
    if done.returncode != 0 or not lines:
        raise Problem(f"{name}: exit status {done.returncode}; its output:\n{done.stdout}")
    return json.loads(lines[-1].removeprefix(REPORT_PREFIX))


class IdleBackend:
    """Accepts connections, answers the first byte, and holds them."""

    BACKLOG = 4096
    TIMEOUT = 10  # s for any step of opening a connection

    def __init__(self, address, connect=None):
        """connect(address) returns a connected client; by default a TCP connection."""
        self._connect = connect or (lambda proxy_address: socket.create_connection(proxy_address, self.TIMEOUT))
        self._listening = socket.create_server(address, backlog=self.BACKLOG)
        self._listening.settimeout(self.TIMEOUT)
        self._sockets = contextlib.ExitStack()

    def hold(self, count, proxy_address):
        """Opens connections through a proxy and transfers one byte in each direction.

        Raises OSError, also after the timeout.
        """
        for _ in range(count):
            client = self._sockets.enter_context(self._connect(proxy_address))
            client.sendall(b"?")
            self._accept().sendall(b"!")
            if client.recv(1) != b"!":
                raise ConnectionError("closed without an answer")

    def release(self):
        """Closes both ends of all connections."""
        self._sockets.close()

    def close(self):
        self.release()
        self._listening.close()

    def _accept(self):
        deadline = time.monotonic() + self.TIMEOUT  # for the whole loop, because health checks never stop
        while time.monotonic() < deadline:
            connection, _ = self._listening.accept()
            connection.settimeout(self.TIMEOUT)
            self._sockets.enter_context(connection)
            if connection.recv(1):
                return connection
            # a health check sends nothing
        raise TimeoutError("the proxy did not connect to its backend")
