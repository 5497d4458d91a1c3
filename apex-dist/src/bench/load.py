"""What is done to a proxy: requests by wrk, and connections that do nothing."""

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
SETTLE = 0.3  # s after a load, in which a proxy ends its last sessions: they belong to it
REQUEST_TIMEOUT = 30  # s; wrk's own 2 s would take a long response for an error
PATIENCE = 60  # s that wrk may take longer than it was told to


@dataclass(frozen=True)
class Workload:
    """Something that clients do, and the unit in which it is counted."""

    name: str
    title: str
    path: str
    headers: tuple
    units: Callable  # from wrk's figures to how many units they are
    rate: str  # the name of units per second
    cpu: str  # the name of CPU time per unit
    cpu_scale: float  # how many of its unit of time make a second


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
    cpu: float  # of the proxy per unit, in the workload's unit of time; None where there is no proxy
    p50: float  # ms; None, as is p99, where no response was complete
    p99: float
    errors: dict  # by kind, only those that happened


@dataclass(frozen=True)
class Wrk:
    """The clients."""

    threads: int
    connections: int

    def sample(self, workload, target, seconds):
        """Runs a workload once through a target and takes the CPU time of its proxy meanwhile."""
        before = target.cpu_seconds()
        try:
            figures = self._run(workload, target.address, seconds)
        except Problem:
            target.check()  # more to the point than that wrk cannot connect
            raise
        time.sleep(SETTLE)
        after = target.cpu_seconds()
        target.check()
        units = workload.units(figures)
        if units == 0:
            raise Problem(f"{target.name}: {workload.name}: nothing came back within {seconds} s")
        responses = figures["requests"]  # none were complete, where few seconds are not enough for large ones
        return Sample(
            rate=units / (figures["microseconds"] / 1e6),
            cpu=None if before is None else (after - before) / units * workload.cpu_scale,
            p50=figures["p50"] / 1e3 if responses else None,
            p99=figures["p99"] / 1e3 if responses else None,
            errors={kind: count for kind, count in figures["errors"].items() if count})

    def _run(self, workload, address, seconds):
        command = [machine.tool("wrk"), "--threads", str(self.threads), "--connections", str(self.connections),
                   "--duration", f"{seconds}s", "--timeout", f"{REQUEST_TIMEOUT}s",
                   "--latency", "--script", str(REPORT)]
        for header in workload.headers:
            command += ["--header", header]
        command.append(f"http://{address[0]}:{address[1]}{workload.path}")
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=seconds + PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise Problem(f"wrk: not done {PATIENCE} s after its time") from error
        lines = [line for line in done.stdout.splitlines() if line.startswith(REPORT_PREFIX)]
        if done.returncode != 0 or not lines:
            raise Problem(f"wrk: exit status {done.returncode}; it said:\n{done.stdout}")
        return json.loads(lines[-1].removeprefix(REPORT_PREFIX))


class IdleBackend:
    """Accepts connections, answers the first byte, and holds them."""

    BACKLOG = 4096
    TIMEOUT = 10  # s for any step of opening a connection

    def __init__(self, address):
        self._listening = socket.create_server(address, backlog=self.BACKLOG)
        self._listening.settimeout(self.TIMEOUT)
        self._sockets = contextlib.ExitStack()

    def hold(self, count, proxy_address):
        """Opens connections through a proxy, each of which has carried one byte both ways.

        Raises OSError, also where time is up.
        """
        for _ in range(count):
            client = self._sockets.enter_context(socket.create_connection(proxy_address, self.TIMEOUT))
            client.sendall(b"?")
            self._accept().sendall(b"!")
            if client.recv(1) != b"!":
                raise ConnectionError("closed as soon as it was open")

    def release(self):
        """Closes the connections that it holds, at both ends."""
        self._sockets.close()

    def close(self):
        self.release()
        self._listening.close()

    def _accept(self):
        deadline = time.monotonic() + self.TIMEOUT  # for all together: health checks never end
        while time.monotonic() < deadline:
            connection, _ = self._listening.accept()
            connection.settimeout(self.TIMEOUT)
            self._sockets.enter_context(connection)
            if connection.recv(1):
                return connection
            # a health check, which says nothing
        raise TimeoutError("the proxy did not connect to its backend")
