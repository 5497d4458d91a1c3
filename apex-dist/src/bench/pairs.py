"""Pairs of samples of two builds, taken in the same round: how much the second differs, with an interval."""

import math
import statistics

import figures

CONFIDENCE = 0.95
LEAST_PAIRS = 5  # fewer say nothing


def section(names, samples, workloads):
    """Compares each further build with the first of names, for the workloads that were measured."""
    if len(names) < 2:
        return []
    base, *others = names
    rows = []
    for workload in workloads:
        by_name = samples.get(workload.name, {})
        for other in others:
            for unit, figure in ((workload.cpu, "cpu"), (workload.rate, "rate"), ("p99 ms", "p99")):
                pairs = [(getattr(one, figure), getattr(two, figure))
                         for one, two in zip(by_name.get(base, []), by_name.get(other, []))]
                pairs = [pair for pair in pairs if all(pair)]
                if len(pairs) >= LEAST_PAIRS:
                    rows.append([f"{workload.name}: {unit}", f"{other} / {base}", str(len(pairs)), *interval(pairs)])
    if not rows:
        return []
    header = ["figure", "builds", "pairs", "ratio", f"{CONFIDENCE:.0%} from", "to"]
    return ["### Builds of Apex in pairs", figures.table(header, rows)]


def interval(pairs):
    """The geometric mean of the ratios and the bounds of its confidence interval."""
    logs = [math.log(two / one) for one, two in pairs]
    mean = statistics.mean(logs)
    margin = student(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return [f"{math.exp(value):.3f}" for value in (mean, mean - margin, mean + margin)]


def student(freedom):
    """The quantile of Student's distribution, by its expansion around the normal one (Abramowitz and Stegun 26.7.5).

    It is off by 0.3 % for four degrees of freedom, and by less for more.
    """
    z = statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return (z + (z ** 3 + z) / (4 * freedom)
            + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
            + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3))
