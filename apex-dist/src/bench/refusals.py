"""Clients that are refused, and their effect on others, for the script attack.

Each part starts Apex, and then HAProxy, if it is installed, with two listeners. A client sends small messages to one of
them. Meanwhile, many clients (refused.py) connect to the other one. They send a part of their first bytes and wait, or
their address is denied. The backend of that listener has to remain without a connection. HAProxy refuses a PROXY
protocol header in two segments at once, so the clients that wait for HAProxy's limit send no byte of it.
"""

import collections
import http.client
import json
import math
import re
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import machine
from comparison import KIB, Target, progress, text
from pings import Pings, start_backend
from problems import Problem
from proxies import Apex
from refused import BYTES

HERE = Path(__file__).resolve().parent
WAITING = 10_000  # clients that wait with a part of their first bytes, or fewer by the limit of descriptors
EXTRA_DESCRIPTORS = 500  # of a proxy, in addition to two per waiting client
EXTRA_CONNECTIONS = 100  # permitted in addition to the waiting clients
ARRIVALS = 2_000  # waiting clients per second
DENIED = 20_000  # denied connections of a flood
FLOODS = 3  # the first one meets a JVM that has not compiled the refusal
DENIED_RATE = 4_000  # per second
FIRST_WAITING = 400  # connections before the counted ones, which allocate shared memory
TIMEOUT = 25  # s, first_bytes_timeout: longer than the phases arrival and waiting
EARLY = 0.05  # s by which a connection can be cut early: the client measures from a later moment
LATE = 2  # s by which a connection can be cut late: many have the same deadline
SLICES = 3  # latency measurements of a phase
SECONDS = 4  # length of a latency measurement
CALM = 1  # s until memory is measured
CLIENT_TIMEOUT = 10  # s
LOOPBACK = "127.0.0.1"
DENIED_SOURCE = "127.0.0.2"
LINES_PER_SECOND = 10  # of the access log, for each cause
SUMMARY_SECONDS = 5  # from one line with the number of the others to the next
MOST_RATIO = 1.5  # of p99 to that without refused clients, or to that of HAProxy with them
OMITTED = re.compile(r"more connections refused: (.*)")


@dataclass(frozen=True)
class Kind:
    """A kind of refused clients and the configuration that refuses them."""

    name: str
    cause: str  # of Apex
    apex: str  # rules of the listener
    haproxy: str  # rules of the frontend
    haproxy_bind: str = ""
    sent: str = "none"  # as the last argument of refused.py
    sent_haproxy: str = "none"

    @property
    def waits(self):
        return self.name != "denied"

    def count(self):
        """Returns the number of refused connections."""
        return self.waiting() if self.waits else DENIED * FLOODS

    def waiting(self):
        """Returns the number of clients that wait at the same time."""
        return min(WAITING, (machine.most_descriptors() - EXTRA_DESCRIPTORS) // 2) if self.waits else 0

    def descriptors(self):
        """Returns the number of descriptors of a proxy: HAProxy reserves two per permitted connection."""
        return 2 * self.waiting() + EXTRA_DESCRIPTORS


KINDS = {kind.name: kind for kind in (
    Kind("half-header", "first-bytes-timeout",
         'pool = "edge"\nproxy_protocol = { from = ["127.0.0.0/8"] }', "",
         haproxy_bind="accept-proxy", sent="half-header"),
    Kind("half-hello", "first-bytes-timeout",
         '\n[[listeners.edge.routes]]\nserver_names = ["a.example"]\npool = "edge"',
         f"tcp-request inspect-delay {TIMEOUT}s\n  tcp-request content accept if {{ req.ssl_hello_type 1 }}\n"
         "  tcp-request content reject", sent="half-hello", sent_haproxy="half-hello"),
    Kind("denied", "denied",
         f'pool = "edge"\ndeny = ["{DENIED_SOURCE}"]',
         f"tcp-request connection reject if {{ src {DENIED_SOURCE} }}"))}


class UntouchedBackend:
    """A backend that no connection should reach."""

    def __init__(self, address):
        self._listening = socket.create_server(address)
        self._listening.setblocking(False)

    def connections(self):
        """Returns the number of connections since the last call."""
        count = 0
        while True:
            try:
                self._listening.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self):
        self._listening.close()


class Result:
    """The figures of one proxy."""

    def __init__(self):
        self.p99 = {}  # lists in ms by phase
        self.busy = {}  # CPU time in ms per second, by phase
        self.resident = None  # bytes per waiting client
        self.heap = None  # live bytes per waiting client
        self.cpu = None  # µs per refused connection
        self.reached = 0  # connections to the backend
        self.seconds = 0.0  # time in which connections were refused
        self.ends = collections.Counter()  # connections by their end
        self.shortest = math.inf  # s, of a connection
        self.longest = 0.0  # s

    def add(self, clients, seconds):
        """Waits for refused.py, and adds its output."""
        figures = json.loads(clients.await_end(seconds)[-1])
        self.ends.update(figures["ends"])
        self.shortest = min(self.shortest, figures["shortest"])
        self.longest = max(self.longest, figures["longest"])

    def median(self, phase):
        return statistics.median(self.p99[phase])


class Refusals:
    """One part: the clients of a kind against Apex and HAProxy."""

    def __init__(self, kind, comparison, workspace, home, warm_up):
        self._kind = kind
        self._comparison = comparison
        self._workspace = workspace
        self._home = home
        self._warm_up = warm_up
        self._good, self._edge, self._admin, self._untouched = (comparison.next_address() for _ in range(4))

    def rows(self):
        """Returns rows of the report: a name, a figure, and whether it is within its bound."""
        self._backend, self._backend_group = start_backend(self._comparison)
        untouched = UntouchedBackend(self._untouched)
        try:
            apex = self._start("apex", f"apex-{self._kind.name}", "attack-refusals.toml", self._kind.apex)
            result = self._measure(apex, untouched)
            counted, opening = self._counters()
            time.sleep(SUMMARY_SECONDS + CALM)  # until the last line with a number of omitted lines
            apex.group.stop()
            peer = None
            if machine.tool("haproxy"):
                haproxy = self._start("haproxy", "haproxy", "attack-refusals-haproxy.cfg", self._kind.haproxy)
                peer = self._measure(haproxy, untouched)
                haproxy.group.stop()
        finally:
            untouched.close()
            self._backend_group.stop()
        return [*latencies(result, peer), *self._costs(result, peer), *self._ends(result, peer),
                ("Apex: connections in apex_listener_refused_total", f"{counted:,}, expected {self._kind.count():,}",
                 counted == self._kind.count()),
                ("Apex: apex_listener_connections_opening afterwards", str(opening), opening == 0),
                ("Apex: connections to the backend", str(result.reached), result.reached == 0),
                *self._log(result)]

    def _start(self, name, log, template, rules):
        file = self._workspace.configuration(
            self._kind.name, template, good=text(self._good), edge=text(self._edge), admin=text(self._admin),
            backend=text(self._backend), untouched=text(self._untouched), rules=rules,
            bind=self._kind.haproxy_bind, connections=self._kind.waiting() + EXTRA_CONNECTIONS, seconds=TIMEOUT)
        if name == "apex":
            command = [str(self._home / "bin" / "apex"), "--config", str(file)], Apex.environment()
        else:
            command = [machine.tool("haproxy"), "-f", str(file)], None
        group = self._comparison.start(log, command, self._good)[0]
        group.await_port(self._edge)
        return Target(name, self._good, group, self._backend_group)

    def _measure(self, target, untouched):
        result = Result()
        self._pings(target, self._warm_up)
        if self._kind.waits:
            self._hold_first(target)
        untouched.connections()  # forgets the one of await_port
        self._phase(result, target, "alone", SECONDS, SLICES)
        if self._kind.waits:
            self._measure_waiting(result, target)
        else:
            self._measure_denied(result, target)
        target.check()
        result.reached = untouched.connections()
        return result

    def _measure_waiting(self, result, target):
        count = self._kind.count()
        heap = live_heap(target)
        time.sleep(CALM)
        resident = target.resident_bytes()
        began = time.monotonic()
        clients = self._clients(target, count, ARRIVALS)
        self._phase(result, target, "arrival", math.ceil(count / ARRIVALS))
        clients.await_output()
        self._phase(result, target, "waiting", SECONDS, SLICES)
        result.resident = (target.resident_bytes() - resident) / count
        if heap is not None:
            result.heap = (live_heap(target) - heap) / count
        time.sleep(max(0, began + TIMEOUT - CALM - time.monotonic()))
        self._phase(result, target, "cut", math.ceil(count / ARRIVALS) + CALM)
        result.add(clients, 2 * TIMEOUT)
        result.seconds = count / ARRIVALS + LATE

    def _measure_denied(self, result, target):
        before, began = target.cpu_seconds(), time.monotonic()
        for _ in range(FLOODS):
            clients = self._clients(target, DENIED, DENIED_RATE)
            self._phase(result, target, "flood", DENIED // DENIED_RATE)
            result.add(clients, 2 * TIMEOUT)
        result.cpu = (target.cpu_seconds() - before) / (FLOODS * DENIED) * 1e6
        result.seconds = time.monotonic() - began

    def _hold_first(self, target):
        """Opens some waiting connections and closes them, so that one-time costs are not those of the clients."""
        clients = [socket.create_connection(self._edge, CLIENT_TIMEOUT) for _ in range(FIRST_WAITING)]
        for client in clients:
            client.sendall(BYTES[self._sent(target)]())
        time.sleep(CALM)
        for client in clients:
            client.close()
        time.sleep(CALM)

    def _sent(self, target):
        return self._kind.sent if target.name == "apex" else self._kind.sent_haproxy

    def _clients(self, target, count, rate):
        source = LOOPBACK if self._kind.waits else DENIED_SOURCE
        command = ["nice", "-n", "19", sys.executable, str(HERE / "refused.py"), text(self._edge), source, str(count),
                   str(rate), str(2 * TIMEOUT), self._sent(target)]
        return self._comparison.start_client("refused", (command, None))

    def _phase(self, result, target, phase, seconds, slices=1):
        before, began = target.cpu_seconds(), time.monotonic()
        for _ in range(slices):
            p99 = self._pings(target, seconds).p99
            result.p99.setdefault(phase, []).append(p99)
            progress(f"{self._kind.name}: {target.name}, {phase}: p99 {p99:.2f} ms")
        result.busy[phase] = (target.cpu_seconds() - before) / (time.monotonic() - began) * 1e3

    def _pings(self, target, seconds):
        return Pings(self._comparison, target, seconds).latency()

    def _counters(self):
        """Returns the counted refusals of the cause, and the connections whose first bytes are incomplete."""
        connection = http.client.HTTPConnection(*self._admin, timeout=CLIENT_TIMEOUT)
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
        connection.close()
        return (value(metrics, "apex_listener_refused_total", 'listener="edge"', f'cause="{self._kind.cause}"'),
                value(metrics, "apex_listener_connections_opening", 'listener="edge"'))

    def _costs(self, result, peer):
        """Returns rows about processor time and memory."""
        rows = []
        for name, figures in (("Apex", result), ("HAProxy", peer)):
            if figures is None:
                continue
            if self._kind.waits:
                busy = ", ".join(f"{phase} {figures.busy[phase]:.0f}" for phase in ("alone", "waiting"))
                rows.append((f"{name}: CPU time per second, with the small messages", f"{busy} ms", True))
            if figures.resident is not None:
                rows.append((f"{name}: resident memory per waiting client", f"{figures.resident / KIB:.2f} KiB", True))
            if figures.heap is not None:
                rows.append((f"{name}: live heap per waiting client", f"{figures.heap:.0f} bytes", True))
            if figures.cpu is not None:
                rows.append((f"{name}: CPU time per denied connection, with the small messages",
                             f"{figures.cpu:.1f} µs", True))
        return rows

    def _ends(self, result, peer):
        """Returns rows about the ends of the refused connections. Those of HAProxy have no bound."""
        rows = []
        for name, figures in (("Apex", result), ("HAProxy", peer)):
            if figures is None:
                continue
            ends = ", ".join(f"{count:,} {end}" for end, count in figures.ends.items())
            holds = name != "Apex" or figures.ends == {"reset": self._kind.count()}
            rows.append((f"{name}: ends of the connections", ends, holds))
            if self._kind.waits:
                in_time = TIMEOUT - EARLY <= figures.shortest and figures.longest <= TIMEOUT + LATE
                rows.append((f"{name}: time until the end, limit {TIMEOUT} s",
                             f"{figures.shortest:.2f} to {figures.longest:.2f} s", name != "Apex" or in_time))
        return rows

    def _log(self, result):
        """Returns rows about the lines of refused connections, and those with the number of the others."""
        lines = (self._workspace.directory / f"apex-{self._kind.name}.log").read_text(errors="replace").splitlines()
        written = sum(f" apex.access: {self._kind.cause} " in line for line in lines)
        summaries = [match[1] for match in map(OMITTED.search, lines) if match]
        omitted = sum(int(count) for summary in summaries
                      for count in re.findall(rf"\b{self._kind.cause} (\d+)", summary))
        most_lines = LINES_PER_SECOND * math.ceil(result.seconds)
        most_summaries = math.ceil(result.seconds / SUMMARY_SECONDS) + 1
        return [
            ("Apex: lines of the access log", f"{written}, at most {most_lines}", written <= most_lines),
            ("Apex: lines with the number of the others", f"{len(summaries)}, at most {most_summaries}",
             len(summaries) <= most_summaries),
            ("Apex: connections in both", f"{written + omitted:,}", written + omitted == self._kind.count())]


def latencies(result, peer):
    """Returns the rows about small messages."""
    rows = [(f"{name}: p99 of small messages, {phase}", cell(p99), True)
            for name, figures in (("Apex", result), ("HAProxy", peer)) if figures
            for phase, p99 in figures.p99.items()]
    phase = "waiting" if "waiting" in result.p99 else "flood"
    ratios = {"alone": result.median(phase) / result.median("alone")}
    if peer:
        ratios["HAProxy"] = result.median(phase) / peer.median(phase)
    compared = ", ".join(f"{ratio:.2f} of {name}" for name, ratio in ratios.items())
    return [*rows, (f"Apex: p99, {phase}", f"{compared}; one of them at most {MOST_RATIO}",
                    min(ratios.values()) <= MOST_RATIO)]


def cell(p99):
    """Returns the median of measurements, and the maximum if there are several."""
    most = f" ({max(p99):.2f})" if len(p99) > 1 else ""
    return f"{statistics.median(p99):.2f}{most} ms"


def live_heap(target):
    """Returns the bytes of all objects that a full garbage collection leaves; None without jcmd or for HAProxy."""
    if target.name != "apex" or machine.tool("jcmd") is None:
        return None
    command = [machine.tool("jcmd"), str(target.group.leader()), "GC.class_histogram"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=CLIENT_TIMEOUT)
    total = re.search(r"^Total\s+\d+\s+(\d+)$", done.stdout, re.MULTILINE)
    if total is None:
        raise Problem(f"jcmd: no total in its output: {done.stdout[-500:]}")
    return int(total[1])


def value(metrics, name, *labels):
    """Returns the value of the metric with these labels, 0 if it is absent."""
    return sum(int(float(line.split()[-1])) for line in metrics.splitlines()
               if line.startswith(name + "{") and all(label in line for label in labels))
