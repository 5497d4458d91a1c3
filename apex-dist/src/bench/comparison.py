"""The comparison: starts proxies, loads them in turns, and measures them."""

import contextlib
import sys
import time
from dataclasses import replace

import figures
import machine
from load import WORKLOADS, IdleBackend
from problems import Problem
from processes import ProcessGroup
from proxies import http_backend

LOADS = [workload.name for workload in WORKLOADS]
FRESH = ["idle", "start"]
DIRECT = "direct"  # without a proxy: the capacity of the machine, the clients and the backend

FIRST_IDLE = 400  # connections before the counted ones, which allocate shared memory
REST_SECONDS = 3  # time from the start to the measurement of memory at rest
CALM_SECONDS = 1  # time from opening idle connections to the measurement of their memory
KIB = 1024
MIB = 1024 ** 2
QUIET_BYTES = 4096  # most bytes of log during a run of the clients: some warnings, but not a line per connection


class Target:
    """The target of clients: a running proxy, or the backend."""

    def __init__(self, name, address, group, backend):
        self.name = name
        self.address = address
        self.group = group  # of the proxy; None without a proxy
        self._backend = backend

    def cpu_seconds(self):
        return self.group.cpu_seconds() if self.group else None

    def resident_bytes(self):
        return self.group.resident_bytes() if self.group else None

    def log_bytes(self):
        return self.group.log_bytes() if self.group else 0

    def check(self):
        for group in (self._backend, self.group):
            if group:
                group.check_alive()


class Comparison:
    """The started processes and the samples of all parts."""

    def __init__(self, options, proxies, finished, workspace, signals, groups):
        self.options = options
        self.proxies = proxies
        self.finished = finished
        self.samples = finished.samples  # lists by part and by name
        self.complaints = finished.complaints  # problems that make figures doubtful
        self._workspace = workspace
        self._signals = signals
        self._groups = groups  # an exit stack with all started processes
        self._ports = machine.FreePorts()

    def names(self):
        """Returns the names of all targets in the order of the tables."""
        return [DIRECT] + [proxy.name for proxy in self.proxies]

    def measure_loads(self, workloads, clients, sockets=None, around=None, backend=http_backend, proxies=None,
                      direct=True):
        """Runs workloads through all targets, round by round; new processes are started --starts times.

        sockets overrides the limit of the sockets of each proxy; around(target) is the context of each sample;
        backend(workspace, listen) returns the command of the backend; proxies overrides the proxies; direct is whether
        the clients can also load the backend.
        """
        workspace = replace(self._workspace, sockets=sockets or self._workspace.sockets)
        address = self._ports.next()
        backend_group = self.start("backend", backend(workspace, text(address)), address)[0]
        for start in range(self.options.starts):
            targets = self.targets(address, backend_group, workspace, proxies, direct)
            for workload in workloads if self.options.warm_up else []:
                for target in targets:
                    if target.group:
                        progress(f"warm-up: {workload.name} {target.name}")
                        clients.sample(workload, target, self.options.warm_up)
            for turn in self.turns(start):
                for workload in workloads:
                    for target in rotated(targets, turn):
                        with around(target) if around else contextlib.nullcontext():
                            self._sample(self.round(turn), clients, workload, target)
            self.stop(targets)
        backend_group.stop()

    def turns(self, start):
        """Returns the numbers of the rounds of a start; they continue from one start to the next."""
        return range(start * self.options.rounds, (start + 1) * self.options.rounds)

    def round(self, turn, starts=None):
        """Returns the name of a round for the progress."""
        return f"round {turn + 1} of {self.options.rounds * (starts or self.options.starts)}"

    def targets(self, backend, backend_group, workspace=None, proxies=None, direct=True):
        """Starts all proxies, or the given ones, for a backend; returns the backend as a target, if it is one, and then
        the proxies."""
        omitted = not direct or DIRECT in self.options.without
        targets = [] if omitted else [self.direct(backend, backend_group)]
        return targets + [self.start_proxy(proxy, backend, backend_group, workspace)[0]
                          for proxy in (self.proxies if proxies is None else proxies)]

    def stop(self, targets):
        for target in targets:
            if target.group:
                target.group.stop()

    def _sample(self, where, clients, workload, target):
        logged = target.log_bytes()
        sample = clients.sample(workload, target, self.options.seconds)
        logged = target.log_bytes() - logged
        self.add(workload.name, target.name, sample)
        cpu = "" if sample.cpu is None else f", {workload.cpu} {figures.rounded(sample.cpu)}"
        progress(f"{where}: {workload.name} {target.name}:"
                 f" {figures.rounded(sample.rate)} {workload.rate}{cpu}")
        if sample.errors:
            self.complain(f"{target.name}, {workload.name}: SOCKET ERRORS: {figures.errors_of([sample])}")
        if logged > QUIET_BYTES:
            self.complain(f"{target.name}, {workload.name}: wrote {logged} bytes of log, the others none")

    def measure_fresh(self):
        """Measures newly started proxies; each round starts new processes."""
        backend = self._ports.next()
        with contextlib.closing(IdleBackend(backend)) as idle:
            for turn in range(self.options.rounds):
                for proxy in rotated(self.proxies, turn):
                    target, seconds = self.start_proxy(proxy, backend)
                    where = f"{self.round(turn, starts=1)}: {proxy.name}:"
                    if "start" in self.options.only:
                        time.sleep(REST_SECONDS)
                        mib = target.group.resident_bytes() / MIB
                        self.add("ready", proxy.name, seconds * 1e3)
                        self.add("rest", proxy.name, mib)
                        progress(f"{where} ready after {seconds * 1e3:.0f} ms, {mib:.1f} MiB at rest")
                    if "idle" in self.options.only:
                        kib = self.idle_kib(idle, target)
                        self.add("idle", proxy.name, kib)
                        progress(f"{where} {kib:.2f} KiB per idle connection")
                    target.group.stop()

    def idle_kib(self, idle, target):
        """Returns the resident memory of the proxy for each of many idle connections."""
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

    def direct(self, backend, backend_group):
        """Returns the backend as a target without a proxy."""
        return Target(DIRECT, backend, None, backend_group)

    def start_proxy(self, proxy, backend, backend_group=None, workspace=None):
        """Returns the target and the seconds until it accepted."""
        address = self._ports.next()
        command = proxy.command(workspace or self._workspace, text(address), text(backend))
        group, seconds = self.start(proxy.name, command, address)
        return Target(proxy.name, address, group, backend_group), seconds

    def start(self, name, command, address):
        """Starts a server; returns its group and the seconds until it accepted."""
        group = self.start_client(name, command)
        return group, group.await_port(address)

    def start_client(self, name, command):
        """Starts a process that does not listen."""
        arguments, environment = command
        log = self._workspace.directory / f"{name}.log"
        return ProcessGroup(name, arguments, environment, log, self._signals, self._groups)

    def create_files(self):
        """Creates the files that the HTTP backend serves."""
        self._workspace.create_files()

    @property
    def directory(self):
        """The directory of the files of the comparison."""
        return self._workspace.directory

    @property
    def workspace(self):
        """The directory and the common values of all configurations."""
        return self._workspace

    @property
    def sockets(self):
        """The limit of the sockets of each proxy."""
        return self._workspace.sockets

    def next_address(self):
        """Returns a free address."""
        return self._ports.next()

    def add(self, part, name, sample):
        self.samples.setdefault(part, {}).setdefault(name, []).append(sample)

    def complain(self, complaint):
        self.complaints.append(complaint)
        print(f"compare: {complaint}", file=sys.stderr)


def rotated(items, turn):
    """Rotates items, so that each round begins with another item and no item always runs first."""
    start = turn % len(items) if items else 0
    return items[start:] + items[:start]


def text(address):
    return f"{address[0]}:{address[1]}"


def progress(message):
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)
