"""Markdown tables of samples: medians over the rounds with their ranges and their ratios to the best peer."""

import operator
import statistics

from load import WORKLOADS

NOTHING = "–"


def report(comparison, environment, sections):
    """Returns the report in Markdown, with all measured parts.

    sections(samples, peers) returns the blocks of parts with separate tables.
    """
    peers = [proxy.name for proxy in comparison.proxies if proxy.is_peer]
    samples = {part: {name: by_name[name] for name in comparison.names() if name in by_name}
               for part, by_name in comparison.samples.items()}
    blocks = ["\n".join(f"- {line}" for line in environment)]
    blocks += [f"**{complaint}**" for complaint in comparison.complaints]
    for workload in WORKLOADS:
        if workload.name in samples:
            blocks += [f"### {workload.title}", load_table(workload, samples[workload.name], peers)]
    fresh_titles = {
        "ready": "ready after ms",
        "rest": "MiB at rest",
        "idle": f"KiB per idle connection, of {comparison.options.idle_connections:,}",
    }
    fresh = {title: samples[part] for part, title in fresh_titles.items() if part in samples}
    if fresh:
        blocks += ["### Start and memory", fresh_table(fresh, peers)]
    return "\n\n".join(blocks + sections(samples, peers))


class Series:
    """The values of a figure for all proxies by name, a value per round."""

    def __init__(self, values, peers, best):
        self._values = {name: rounds for name, rounds in values.items() if None not in rounds}
        medians = [self.median(name) for name in peers if name in self._values]
        self._best_peer = best(medians) if medians else None

    @classmethod
    def of(cls, samples, figure, peers, best=min):
        """Extracts a figure from each sample; samples are lists by the name of the proxy."""
        return cls({name: [figure(sample) for sample in rounds] for name, rounds in samples.items()}, peers, best)

    def median(self, name):
        return statistics.median(self._values[name])

    def plain(self, name):
        """Returns a cell with the median."""
        return rounded(self.median(name)) if name in self._values else NOTHING

    def cells(self, name):
        """Returns two cells: the median with the range of all rounds, and its ratio to the best peer."""
        if name not in self._values:
            return [NOTHING, NOTHING]
        rounds = self._values[name]
        cell = rounded(self.median(name))
        if len(rounds) > 1:
            cell += f" ({rounded(min(rounds))}–{rounded(max(rounds))})"
        return [cell, f"{self.median(name) / self._best_peer:.2f}" if self._best_peer else NOTHING]


def load_table(workload, samples, peers):
    """Returns the table of a workload; samples are lists by the name of the proxy."""

    def series(figure, best):
        return Series.of(samples, operator.attrgetter(figure), peers, best)

    cpu, rate, p50, p99 = series("cpu", min), series("rate", max), series("p50", min), series("p99", min)
    header = ["proxy", workload.cpu, "ratio", workload.rate, "ratio", "p50 ms", "p99 ms", "ratio", "errors"]
    return table(header, [
        [name, *cpu.cells(name), *rate.cells(name), p50.plain(name), *p99.cells(name), errors_cell(rounds)]
        for name, rounds in samples.items()])


def fresh_table(values, peers):
    """Returns the table of newly started proxies; values are lists by title and name, and smaller is better."""
    serieses = [Series(by_name, peers, min) for by_name in values.values()]
    header = ["proxy"] + [cell for title in values for cell in (title, "ratio")]
    return series_table(header, next(iter(values.values())), serieses)


def series_table(header, names, serieses):
    """Returns a table with a row for each name and two cells for each series."""
    return table(header, [[name] + [cell for series in serieses for cell in series.cells(name)] for name in names])


def table(header, rows):
    """Returns a Markdown table that is aligned as plain text, with right-aligned figures."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells):
        texts = (cell.rjust(width) if column else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(cells, widths)))
        return f"| {' | '.join(texts)} |"

    rule = "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths))
    return "\n".join([line(header), f"|{rule}|", *(line(row) for row in rows)])


def rounded(value):
    """Formats a value with three digits, more than the precision of the rounds, and without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def errors_of(samples):
    """Returns the number of errors of each kind as text; empty without errors."""
    counts = {}
    for sample in samples:
        for kind, count in sample.errors.items():
            counts[kind] = counts.get(kind, 0) + count
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def errors_cell(samples):
    errors = errors_of(samples)
    return f"**{errors}**" if errors else "0"
