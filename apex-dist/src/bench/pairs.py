"""Comparison of two builds by pairs of samples of the same round, with a confidence interval."""

import math
import statistics

import figures

CONFIDENCE = 0.95
LEAST_PAIRS = 5  # fewer pairs are not significant


def section(names, samples, workloads):
    """Compares each build with the first one, for the measured workloads."""
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
    """Returns the geometric mean of the ratios and the bounds of its confidence interval."""
    logs = [math.log(two / one) for one, two in pairs]
    mean = statistics.mean(logs)
    margin = student(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return [f"{math.exp(value):.3f}" for value in (mean, mean - margin, mean + margin)]


def student(freedom):
    """Returns a quantile of Student's distribution, by its expansion around the normal one (Abramowitz and Stegun
    26.7.5).

    The error is 0.3 % for four degrees of freedom, and smaller for more.
    """
    z = statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return (z + (z ** 3 + z) / (4 * freedom)
            + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
            + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3))
