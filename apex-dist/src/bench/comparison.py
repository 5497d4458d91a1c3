"""The comparison itself: what is started, and what is measured in which order."""

import contextlib
import sys
import time

import figures
import machine
from load import WORKLOADS, IdleBackend, Wrk
from problems import Problem
from processes import ProcessGroup
from proxies import http_backend

LOADS = [workload.name for workload in WORKLOADS]
PARTS = [*LOADS, "idle", "start"]
DIRECT = "direct"  # no proxy: what the machine, wrk and the backend can do

FIRST_IDLE = 400  # connections that come before the counted ones, and bring what is there only once
REST_SECONDS = 3  # from the start until memory at rest is taken
CALM_SECONDS = 1  # after idle connections were opened, until their memory is taken
KIB = 1024
MIB = 1024 ** 2
QUIET_BYTES = 4096  # of log during one run of wrk: a few warnings, but not a line per connection


class Target:
    """Where clients connect: a running proxy, or the backend itself."""

    def __init__(self, name, address, group, backend):
        self.name = name
        self.address = address
        self.group = group  # of the proxy; None where there is none
        self._backend = backend

    def cpu_seconds(self):
        return self.group.cpu_seconds() if self.group else None

    def log_bytes(self):
        return self.group.log_bytes() if self.group else 0

    def check(self):
        for group in (self._backend, self.group):
            if group:
                group.check_alive()


class Comparison:
    """All that is measured, in its order."""

    def __init__(self, options, proxies, place, signals, groups):
        self.options = options
        self.proxies = proxies
        self.samples = {}  # what was measured: lists by part and by name
        self.complaints = []  # what makes figures doubtful
        self._place = place
        self._signals = signals
        self._groups = groups  # an exit stack: whatever was started is on it
        self._ports = machine.FreePorts()

    def names(self):
        """All that may have figures, in the order of the tables."""
        return [DIRECT] + [proxy.name for proxy in self.proxies]

    def run(self):
        if any(part in LOADS for part in self.options.only):
            self._loads()
        if any(part not in LOADS for part in self.options.only):
            self._fresh()

    def _loads(self):
        self._place.create_files()
        backend = self._ports.next()
        backend_group, _ = self._start("backend", http_backend(self._place, text(backend)), backend)
        targets = [] if DIRECT in self.options.without else [Target(DIRECT, backend, None, backend_group)]
        for proxy in self.proxies:
            targets.append(self._start_proxy(proxy, backend, backend_group)[0])
        workloads = [workload for workload in WORKLOADS if workload.name in self.options.only]
        wrk = Wrk(self.options.threads, self.options.connections)
        for workload in workloads if self.options.warm_up else []:
            for target in targets:
                if target.group:
                    progress(f"warm-up: {workload.name} {target.name}")
                    wrk.sample(workload, target, self.options.warm_up)
        for turn in range(self.options.rounds):
            for workload in workloads:
                for target in rotated(targets, turn):
                    self._sample(turn, wrk, workload, target)
        for target in targets:
            if target.group:
                target.group.stop()

    def _sample(self, turn, wrk, workload, target):
        logged = target.log_bytes()
        sample = wrk.sample(workload, target, self.options.seconds)
        logged = target.log_bytes() - logged
        self._add(workload.name, target.name, sample)
        cpu = "" if sample.cpu is None else f", {workload.cpu} {figures.rounded(sample.cpu)}"
        progress(f"round {turn + 1} of {self.options.rounds}: {workload.name} {target.name}:"
                 f" {figures.rounded(sample.rate)} {workload.rate}{cpu}")
        if sample.errors:
            self._complain(f"{target.name}, {workload.name}: SOCKET ERRORS: {figures.errors_of([sample])}")
        if logged > QUIET_BYTES:
            self._complain(f"{target.name}, {workload.name}: wrote {logged} bytes of log, the others none")

    def _fresh(self):
        """Figures of proxies that have just been started; each round starts them anew."""
        backend = self._ports.next()
        with contextlib.closing(IdleBackend(backend)) as idle:
            for turn in range(self.options.rounds):
                for proxy in rotated(self.proxies, turn):
                    target, seconds = self._start_proxy(proxy, backend)
                    where = f"round {turn + 1} of {self.options.rounds}: {proxy.name}:"
                    if "start" in self.options.only:
                        time.sleep(REST_SECONDS)
                        mib = target.group.resident_bytes() / MIB
                        self._add("ready", proxy.name, seconds * 1e3)
                        self._add("rest", proxy.name, mib)
                        progress(f"{where} ready after {seconds * 1e3:.0f} ms, {mib:.1f} MiB at rest")
                    if "idle" in self.options.only:
                        kib = self._idle_kib(idle, target)
                        self._add("idle", proxy.name, kib)
                        progress(f"{where} {kib:.2f} KiB per idle connection")
                    target.group.stop()

    def _idle_kib(self, idle, target):
        try:
            idle.hold(FIRST_IDLE, target.address)
            time.sleep(CALM_SECONDS)
            before = target.group.resident_bytes()
            idle.hold(self.options.idle_connections, target.address)
            time.sleep(CALM_SECONDS)
            target.check()
            return (target.group.resident_bytes() - before) / self.options.idle_connections / KIB
        except OSError as error:
            target.check()
            raise Problem(f"{target.name}: cannot open idle connections: {error}") from error
        finally:
            idle.release()

    def _start_proxy(self, proxy, backend, backend_group=None):
        address = self._ports.next()
        group, seconds = self._start(proxy.name, proxy.command(self._place, text(address), text(backend)), address)
        return Target(proxy.name, address, group, backend_group), seconds

    def _start(self, name, command, address):
        arguments, environment = command
        log = self._place.directory / f"{name}.log"
        group = ProcessGroup(name, arguments, environment, log, self._signals, self._groups)
        return group, group.await_port(address)

    def _add(self, part, name, sample):
        self.samples.setdefault(part, {}).setdefault(name, []).append(sample)

    def _complain(self, complaint):
        self.complaints.append(complaint)
        print(f"compare: {complaint}", file=sys.stderr)


def rotated(items, turn):
    """Each round begins with another one, so that none always runs after the same neighbour."""
    start = turn % len(items) if items else 0
    return items[start:] + items[:start]


def text(address):
    return f"{address[0]}:{address[1]}"


def progress(message):
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)
