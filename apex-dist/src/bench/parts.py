"""The parts of the comparison, in the order in which they are measured and reported."""

import edge
import many
import mixed
import pairs
import reload
import restart
import stalled
import tls
from comparison import FRESH, LOADS
from load import WORKLOADS, Wrk

OTHERS = {"many": many, "mixed": mixed, "stalled": stalled, "edge": edge, "tls": tls, "restart": restart,
          "reload": reload}
PARTS = [*LOADS, *FRESH, *OTHERS]
WITH_WRK = [*LOADS, "many", "mixed", "stalled", "tls"]
WITH_STREAM_BACKEND = ["edge"]
WITH_HTTP_BACKEND = [*LOADS, "many", "tls"]
WITH_CERTIFICATE = ["tls"]


def measure(comparison):
    options = comparison.options
    if any(part in WITH_HTTP_BACKEND for part in options.only):
        comparison.create_files()
    loads = [workload for workload in WORKLOADS if workload.name in options.only]
    if loads:
        comparison.measure_loads(loads, Wrk(options.threads, options.connections))
        comparison.finished.add([workload.name for workload in loads])
    fresh = [part for part in FRESH if part in options.only]
    if fresh:
        comparison.measure_fresh()
        comparison.finished.add(fresh)
    for name, part in OTHERS.items():
        if name in options.only:
            part.measure(comparison)
            comparison.finished.add([name])


def sections(comparison):
    """Returns a function from samples to the report blocks that follow those of loads and fresh proxies."""
    builds = [proxy.name for proxy in comparison.proxies if not proxy.is_peer]

    def blocks(samples, peers):
        others = [block for name, part in OTHERS.items() if any(key.split("-")[0] == name for key in samples)
                  for block in part.section(comparison.options, samples, peers)]
        workloads = [*WORKLOADS, many.workload(comparison.options), edge.WORKLOAD, *tls.WORKLOADS]
        return others + pairs.section(builds, samples, workloads)

    return blocks
