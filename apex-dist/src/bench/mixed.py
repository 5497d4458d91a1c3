"""The part `mixed`: small messages of one client while others download without a pause."""

from dataclasses import dataclass

import figures
from comparison import progress, rotated
from load import BULK, Wrk
from pings import Latency, Pings, start_backend

BULK_MORE_SECONDS = 1  # time by which bulk lasts longer than the pings, which begin a moment later


@dataclass(frozen=True)
class Sample:
    """The latency of small messages and the rate of concurrent bulk transfers."""

    pings: Latency
    rate: float  # of bulk, GB/s
    cpu: float  # of the proxy, ms per GB of bulk; None without a proxy


def measure(comparison):
    options = comparison.options
    backend, backend_group = start_backend(comparison)
    wrk = Wrk(options.threads, options.connections)
    for start in range(options.starts):
        targets = comparison.targets(backend, backend_group)
        for target in targets if options.warm_up else []:
            if target.group:
                progress(f"warm-up: mixed {target.name}")
                run(comparison, wrk, target, options.warm_up)
        for turn in comparison.turns(start):
            for target in rotated(targets, turn):
                sample = run(comparison, wrk, target, options.seconds)
                comparison.add("mixed", target.name, sample)
                progress(f"{comparison.round(turn)}: mixed {target.name}:"
                         f" p99 {figures.rounded(sample.pings.p99)} ms, {figures.rounded(sample.rate)} GB/s")
        comparison.stop(targets)
    backend_group.stop()


def run(comparison, wrk, target, seconds):
    pings = Pings(comparison, target, seconds)
    bulk = wrk.sample(BULK, target, seconds + BULK_MORE_SECONDS)
    if bulk.errors:
        comparison.complain(f"{target.name}, mixed: SOCKET ERRORS: {figures.errors_of([bulk])}")
    return Sample(pings.latency(), bulk.rate, bulk.cpu)


def section(options, samples, peers):
    by_name = samples["mixed"]
    serieses = [
        figures.Series.of(by_name, lambda sample: sample.pings.p50, peers),
        figures.Series.of(by_name, lambda sample: sample.pings.p99, peers),
        figures.Series.of(by_name, lambda sample: sample.rate, peers, max),
        figures.Series.of(by_name, lambda sample: sample.cpu, peers)]
    header = ["proxy", "p50 ms", "ratio", "p99 ms", "ratio", "bulk GB/s", "ratio", "CPU ms/GB", "ratio"]
    return [f"### Small messages next to {options.connections} downloads",
            figures.series_table(header, by_name, serieses)]
