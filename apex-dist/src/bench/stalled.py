"""The part `stalled`: small messages of one client while others start a download and do not read."""

import contextlib
import socket
import time
from dataclasses import dataclass

import figures
from comparison import DIRECT, MIB, progress, rotated
from load import BULK, Wrk
from pings import Latency, Pings, start_backend
from problems import Problem

READERS = 200
REQUEST = b"GET /endless HTTP/1.1\r\nHost: bench\r\n\r\n"
MESSAGE = b"p"  # the backend echoes connections with this first byte
CONNECT_TIMEOUT = 10  # s
# Limits the kernel memory of each reader. With default sizes, 200 readers exceed the TCP memory limit of Linux on a
# machine with 24 GiB, and the figures would show the behaviour at that limit.
RECEIVE_BUFFER = 64 * 1024
ARRIVAL_SECONDS = 2  # time in which the downloads start and fill all buffers
WARM_UP_CONNECTIONS = 4  # bulk connections; few, because their pooled buffers would hide growth
WARM_UP_SECONDS = 3  # longest time for bulk and for new connections, per start of a proxy
REFERENCE = "haproxy"
MOST_RATIO = 1.5  # of p99 to the p99 of the reference
MOST_GROWTH = 10  # MiB


@dataclass(frozen=True)
class Sample:
    """The latencies of the same client before, during and after the start of the downloads."""

    alone: Latency
    arrival: Latency
    stalled: Latency
    growth: float  # of resident memory, MiB; None without a proxy


def measure(comparison):
    """Starts new processes in every round, because a process that has had stalled readers does not grow again."""
    backend, backend_group = start_backend(comparison)
    for turn in range(comparison.options.rounds):
        for proxy in rotated([None, *comparison.proxies], turn):
            if proxy is None:
                if DIRECT in comparison.options.without:
                    continue
                target = comparison.direct(backend, backend_group)
            else:
                target = comparison.start_proxy(proxy, backend, backend_group)[0]
            sample = run(comparison, target)
            comparison.add("stalled", target.name, sample)
            growth = "" if sample.growth is None else f", {sample.growth:+.1f} MiB"
            phases = (sample.alone, sample.arrival, sample.stalled)
            latencies = ", ".join(figures.rounded(phase.p99) for phase in phases)
            progress(f"{comparison.round(turn, starts=1)}: stalled {target.name}: p99 {latencies} ms{growth}")
            comparison.stop([target])
    backend_group.stop()


def run(comparison, target):
    seconds = comparison.options.seconds
    if comparison.options.warm_up and target.group:
        warm_up(comparison, target)
    alone = Pings(comparison, target, seconds).latency()
    before = target.resident_bytes()
    pings = Pings(comparison, target, ARRIVAL_SECONDS)
    with contextlib.ExitStack() as readers:
        try:
            for _ in range(READERS):
                reader = readers.enter_context(socket.socket())
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
                reader.settimeout(CONNECT_TIMEOUT)
                reader.connect(target.address)
                reader.sendall(REQUEST)
        except OSError as error:
            target.check()
            raise Problem(f"{target.name}: cannot start {READERS} downloads: {error}") from error
        arrival = pings.latency()
        stalled = Pings(comparison, target, seconds).latency()
        after = target.resident_bytes()
    return Sample(alone, arrival, stalled, None if before is None else (after - before) / MIB)


def warm_up(comparison, target):
    """Runs the same operations as the measurement. A JVM would otherwise compile the code for new connections while 200
    of them arrive. It compiles once after a start; the figures are those of a warmed-up proxy."""
    seconds = min(comparison.options.warm_up, WARM_UP_SECONDS)
    Wrk(1, WARM_UP_CONNECTIONS).sample(BULK, target, seconds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.create_connection(target.address, CONNECT_TIMEOUT) as client:
            client.sendall(MESSAGE)
            client.recv(len(MESSAGE))
    Pings(comparison, target, comparison.options.warm_up).latency()


def section(options, samples, peers):
    by_name = samples["stalled"]
    serieses = [
        figures.Series.of(by_name, lambda sample: sample.alone.p50, peers),
        figures.Series.of(by_name, lambda sample: sample.alone.p99, peers),
        figures.Series.of(by_name, lambda sample: sample.arrival.p50, peers),
        figures.Series.of(by_name, lambda sample: sample.arrival.p99, peers),
        figures.Series.of(by_name, lambda sample: sample.stalled.p50, peers),
        figures.Series.of(by_name, lambda sample: sample.stalled.p99, peers),
        figures.Series.of(by_name, lambda sample: sample.growth, peers)]
    header = ["proxy"]
    for title in ("alone p50 ms", "alone p99 ms", "arrival p50 ms", "arrival p99 ms", "stalled p50 ms",
                  "stalled p99 ms", "growth MiB"):
        header += [title, "ratio"]
    blocks = [f"### Small messages next to {READERS} readers that do not read",
              figures.series_table(header, by_name, serieses)]
    own = [name for name in by_name if name not in peers and name != DIRECT]
    if REFERENCE in by_name and own:
        _, _, _, arrival, _, stalled, growth = serieses
        blocks.append("\n".join(verdict(name, arrival, stalled, growth) for name in own))
    return blocks


def verdict(name, arrival, stalled, growth):
    """Returns a line that says whether a build of Apex reaches the targets."""
    ratios = [series.median(name) / series.median(REFERENCE) for series in (arrival, stalled)]
    grown = growth.median(name)
    reached = max(ratios) <= MOST_RATIO and grown <= MOST_GROWTH
    return (f"- {name}: p99 is {ratios[0]:.2f} (arrival) and {ratios[1]:.2f} (stalled) of that of {REFERENCE}, at most"
            f" {MOST_RATIO}; growth {grown:.1f} MiB, at most {MOST_GROWTH}: {'reached' if reached else '**missed**'}")
