"""The part combined of the script attack: hostile clients, backends, plugins, files and signals at the same time."""

import contextlib
import http.client
import json
import os
import shutil
import statistics
import string
import subprocess
import sys
import threading
import time
from pathlib import Path

import machine
from comparison import MIB, Target, progress, text
from hostile_files import HUPS, HostileFiles
from pings import Pings, start_backend
from problems import Problem
from processes import descriptors
from proxies import Apex
from tls import EC, create_certificate

HERE = Path(__file__).resolve().parent
MOST_RATIO = 1.5  # of the p99 under attack to the p99 without attacks, or to that of HAProxy under attack
PEER_SECONDS = 180  # longest time of the attacks on HAProxy
MOST_LOG = 1_000_000  # bytes
HEALTH_SECONDS = 1.0  # longest time of a health request
HEALTH_PAUSE = 0.1  # s
SLICE = 20  # s of one latency measurement
MORE_DESCRIPTORS = 20  # most of them afterwards, in addition to those before
MORE_THREADS = 100  # plugins that ignore interrupts keep their threads
ADDRESSES = ("good", "bad", "admin", "edge", "secure", "routed")  # like the backends, the arguments of hostile.py
HOSTILE_BACKENDS = ("resets", "interim", "chunks", "deaf")


class HealthClient(threading.Thread):
    """Sends health requests periodically, like an orchestrator."""

    def __init__(self, admin):
        super().__init__(daemon=True)
        self._admin = admin
        self._over = threading.Event()
        self.seconds = []  # time of each request
        self.failures = []

    def run(self):
        while not self._over.wait(HEALTH_PAUSE):
            started = time.monotonic()
            try:
                connection = http.client.HTTPConnection(*self._admin, timeout=10 * HEALTH_SECONDS)
                with contextlib.closing(connection):
                    connection.request("GET", "/health/live")
                    status = connection.getresponse().status
                if status != 200:
                    self.failures.append(f"status {status}")
            except OSError as error:
                self.failures.append(str(error) or type(error).__name__)
            self.seconds.append(time.monotonic() - started)

    def end(self):
        self._over.set()
        self.join()


class Attack:
    """The part combined."""

    def __init__(self, options, workspace, comparison):
        self._options = options
        self._directory = workspace.directory
        self._workspace = workspace
        self._comparison = comparison
        self._backend, self._backend_group = start_backend(self._comparison)
        self._addresses = {name: self._comparison.next_address() for name in ADDRESSES}
        self._values = {name: text(address) for name, address in self._addresses.items()}
        self._values.update(backend=text(self._backend), directory=self._directory,
                            **{name: self._comparison.next_address()[1] for name in HOSTILE_BACKENDS})
        self._p99 = {}  # lists by phase with a value for each slice

    def rows(self):
        """Returns rows of the report: a name, a figure, and whether it is within its bound."""
        create_certificate(self._directory, EC)
        home = self._directory / "apex"
        shutil.copytree(self._options.apex, home)
        shutil.copy(home / "contrib" / "apex-health-http.jar", home / "plugins")
        jar = hostile_plugin(home)
        apex = None
        files = HostileFiles(self._directory, home / "plugins", jar, self._contents, lambda: apex.leader())
        command = [str(home / "bin" / "apex"), "--config", str(self._directory / "config.toml")], Apex.environment()
        apex = self._start(command, "apex")
        self._pings(self._options.warm_up)
        rest = Usage(apex)
        self._measure("alone", 3 * SLICE)
        seconds = self._options.minutes * 60
        hostile = self._start_hostile(seconds)
        health = HealthClient(self._addresses["admin"])
        health.start()
        files.start()
        self._measure("attacked", seconds)
        lines = hostile.await_end(60)
        counts = json.loads(next(line for line in lines if line.startswith("{")))  # warnings of asyncio can follow
        files.end()
        health.end()
        self._pings(SLICE)
        after = Usage(apex)
        apex.stop()
        if machine.tool("haproxy"):
            self._attack_peer(min(seconds, PEER_SECONDS))
        self._backend_group.stop()
        return self._report(counts, health, files.changes, rest, after)

    def _contents(self, comment):
        return string.Template((HERE / "attack.toml").read_text()).substitute(self._values, comment=comment)

    def _start(self, command, name):
        group = self._comparison.start(name, command, self._addresses["good"])[0]
        self._target = Target(name, self._addresses["good"], group, self._backend_group)
        return group

    def _attack_peer(self, seconds):
        configuration = self._workspace.configuration("peer", "attack-haproxy.cfg", **self._values)
        haproxy = self._start(([machine.tool("haproxy"), "-f", str(configuration)], None), "haproxy")
        self._measure("HAProxy alone", 3 * SLICE)
        hostile = self._start_hostile(seconds)
        self._measure("HAProxy attacked", seconds)
        hostile.await_end(60)
        haproxy.stop()

    def _start_hostile(self, seconds):
        arguments = [*(self._values[name] for name in ADDRESSES), str(seconds),
                     *(str(self._values[name]) for name in HOSTILE_BACKENDS)]
        command = ["nice", "-n", "19", sys.executable, str(HERE / "hostile.py"), *arguments]
        hostile = self._comparison.start_client("hostile", (command, None))
        hostile.await_output()
        return hostile

    def _measure(self, phase, seconds):
        end = time.monotonic() + seconds
        while end - time.monotonic() >= SLICE:
            p99 = self._pings(SLICE).p99
            self._p99.setdefault(phase, []).append(p99)
            progress(f"{phase}: p99 {p99:.2f} ms")

    def _pings(self, seconds):
        return Pings(self._comparison, self._target, seconds).latency()

    def _report(self, counts, health, changes, rest, after):
        log = (self._directory / "apex.log").read_text(errors="replace")
        slow = max(health.seconds)
        return [
            *self._latencies(),
            ("health requests; longest", f"{len(health.seconds):,}; {slow * 1e3:.0f} ms", slow <= HEALTH_SECONDS),
            ("health requests that failed", f"{len(health.failures)} {health.failures[:3]}",
             not health.failures),
            ("OutOfMemoryError in the log", str(log.count("OutOfMemoryError")), "OutOfMemoryError" not in log),
            ("secrets in the log", str(log.count("secret")), "secret" not in log),
            ("log", f"{len(log):,} bytes, at most {MOST_LOG:,}", len(log) <= MOST_LOG),
            ("control characters in the log", str(controls(log)), controls(log) == 0),
            ("resident memory before, after", f"{rest.resident / MIB:.0f}, {after.resident / MIB:.0f} MiB", True),
            ("descriptors before, after", f"{rest.descriptors}, {after.descriptors}",
             after.descriptors <= rest.descriptors + MORE_DESCRIPTORS),
            ("threads before, after", f"{rest.threads}, {after.threads}", after.threads <= rest.threads + MORE_THREADS),
            ("changes of files, a third of them valid", f"{changes}, {HUPS} times SIGHUP each", True),
            *((kind, f"{count:,}", True) for kind, count in sorted(counts.items())),
        ]

    def _latencies(self):
        """Returns the rows about small messages, with the median and the maximum of the slices."""
        medians = {phase: statistics.median(figures) for phase, figures in self._p99.items()}
        attacked = medians["attacked"]
        ratios = {phase: attacked / medians[phase] for phase in ("alone", "HAProxy attacked") if phase in medians}
        rows = [(f"p99 of small messages, {phase}", f"{medians[phase]:.2f} ({max(figures):.2f}) ms", True)
                for phase, figures in self._p99.items()]
        compared = ", ".join(f"{ratio:.2f} of {phase}" for phase, ratio in ratios.items())
        return [*rows, ("p99 attacked", f"{compared}; one of them at most {MOST_RATIO}",
                        min(ratios.values()) <= MOST_RATIO)]


def controls(log):
    return sum(not character.isprintable() and character not in "\n\t" for character in log)


class Usage:
    """What a process of Apex uses at a moment."""

    def __init__(self, group):
        self.resident = group.resident_bytes()
        self.descriptors = descriptors(group.leader())
        self.threads = len(os.listdir(f"/proc/{group.leader()}/task"))


def hostile_plugin(home):
    """Compiles the hostile plugins into a jar in plugins/; returns the jar."""
    classes, jar = home / "classes", home / "plugins" / "hostile.jar"
    api = next((home / "lib").glob("apex-api-*.jar"))
    sources = sorted(str(file) for file in (HERE / "hostile-plugin").glob("*.java"))
    for command in ([machine.tool("javac"), "--release", "17", "-p", str(api), "-d", str(classes), *sources],
                    [machine.tool("jar"), "--create", "--file", str(jar), "-C", str(classes), "."]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Problem(f"{command[0]}: exit status {done.returncode}; its output:\n{done.stdout}")
    return jar
