"""The part `restart`: restarts under load, each proxy in its own way without downtime.

Apex starts a new process with --takeover. The master of HAProxy gets SIGUSR2: it executes its program again and starts
new workers. That of nginx gets SIGHUP and starts new workers; it refuses an upgrade of its program as long as an
earlier one drains. Connections that are lost depend on net.ipv4.tcp_migrate_req: run the part in a network namespace
with each value, such as
  unshare --map-root-user --net sh -c 'ip link set lo up; sysctl net.ipv4.tcp_migrate_req=1; compare --only restart'
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import figures
from comparison import progress, rotated, text
from pings import start_backend

HERE = Path(__file__).resolve().parent
RESTARTS = 20
PERIOD = 2.5  # s from one restart to the next
PATIENCE = 60  # s by which the clients can exceed their time
SETTING = Path("/proc/sys/net/ipv4/tcp_migrate_req")


@dataclass(frozen=True)
class Sample:
    """What the clients of a run saw."""

    connections: int
    refused: int
    reset: int
    broken: int
    sessions: int
    sessions_broken: int
    downloads: int
    downloads_broken: int
    p50: float
    p99: float
    most: float
    examples: list
    migrates: str  # net.ipv4.tcp_migrate_req


def measure(comparison):
    backend, backend_group = start_backend(comparison)
    proxies = [proxy for proxy in (proxy.restartable() for proxy in comparison.proxies) if proxy]
    for turn in range(comparison.options.rounds):
        for proxy in rotated(proxies, turn):
            sample = run(comparison, proxy, backend)
            comparison.add("restart", proxy.name, sample)
            progress(f"{comparison.round(turn, starts=1)}: restart {proxy.name}: of {sample.connections} connections"
                     f" {sample.refused} refused, {sample.reset} reset, {sample.broken} broken;"
                     f" {sample.sessions_broken} of {sample.sessions} sessions, {sample.downloads_broken} of"
                     f" {sample.downloads} downloads broken; p99 {figures.rounded(sample.p99)} ms"
                     f" {'; '.join(sample.examples)}")
    backend_group.stop()


def run(comparison, proxy, backend):
    address = comparison.next_address()
    command = proxy.command(comparison.workspace, text(address), text(backend))
    groups = [comparison.start(proxy.name, command, address)[0]]
    seconds = (RESTARTS + 1) * PERIOD
    load = [sys.executable, str(HERE / "sessions.py"), text(address), str(seconds)]
    clients = comparison.start_client("sessions", (load, None))
    clients.await_output()
    due = time.monotonic()
    for number in range(RESTARTS):
        due += PERIOD
        time.sleep(max(0, due - time.monotonic()))
        groups.append(proxy.restart(comparison, groups[-1], number, command))
    lines = clients.await_end(seconds + PATIENCE)
    for group in groups:
        group.stop()
    migrates = SETTING.read_text().strip() if SETTING.exists() else "missing"
    return Sample(**json.loads(lines[-1]), migrates=migrates)


def section(_options, samples, peers):
    by_name = samples["restart"]
    migrates = ", ".join(dict.fromkeys(sample.migrates for rounds in by_name.values() for sample in rounds))
    header = ["proxy", "connections", "refused", "reset", "broken", "sessions", "broken", "downloads", "broken",
              "p99 ms", "ratio", "longest ms", "ratio"]
    serieses = [figures.Series.of(by_name, lambda sample: sample.p99, peers),
                figures.Series.of(by_name, lambda sample: sample.most, peers)]
    rows = []
    for name, rounds in by_name.items():
        sums = [sum(getattr(sample, field) for sample in rounds) for field in (
            "connections", "refused", "reset", "broken", "sessions", "sessions_broken", "downloads",
            "downloads_broken")]
        rows.append([name, *[f"{each:,}" for each in sums], *serieses[0].cells(name), *serieses[1].cells(name)])
    return [f"### {RESTARTS} restarts under load, net.ipv4.tcp_migrate_req {migrates}", figures.table(header, rows)]
