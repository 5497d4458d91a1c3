"""The result of a soak: a record of each finished period, in a file that a later call continues, and the verdict."""

import collections
import json
import os
import statistics
from pathlib import Path

import figures
from soak_ledger import APART, MOST_EXAMPLES
from soak_plan import ENTRIES, KINDS
from soak_tally import MISSING, WRONG

MIB = 1024 ** 2
FEWEST_SAMPLES = 480  # one a second, of a run or of a process, so that a growth can be judged
# Most growth from the median of the second quarter to that of the last one: a ratio, and an amount in addition. The
# number of open connections varies with the duration of resets, so descriptors have more room. They are also counted
# when no connection is left.
MOST_RESIDENT = 1.1, 8 * MIB
MOST_DESCRIPTORS = 1.25, 50
RESIDENT, DESCRIPTORS = 1, 2  # indexes in a sample; the first element is the process
ACTIONS = ("reloads", "sets", "discoveries", "takeovers", "stops", "crashes", "exhaustions")


class Results:
    """The periods of all proxies by name. Each is a dictionary as in the file."""

    def __init__(self, file):
        self._file = file
        self.periods = json.loads(file.read_text()) if file and file.exists() else {}

    def seconds(self, name):
        return sum(period["seconds"] for period in self.periods.get(name, []))

    def add(self, name, period):
        self.periods.setdefault(name, []).append(period)
        if self._file:
            aside = Path(f"{self._file}.new")
            aside.write_text(json.dumps(self.periods, indent=1))
            os.replace(aside, self._file)


class Summary:
    """The sums of the periods of a proxy, and what is wrong with them."""

    def __init__(self, periods):
        self.seconds = sum(period["seconds"] for period in periods)
        self.bytes = sum(period["bytes"] for period in periods)
        self.longest = max((period["longest"] for period in periods), default=0)
        self.done, self.entered, self.failed, self.apart, self.actions = (
            sum((collections.Counter(period[key]) for period in periods), collections.Counter())
            for key in ("done", "entered", "failed", "apart", "actions"))
        self.wrong = self.failed[WRONG] + self.failed[MISSING]
        self.lost = sum(self.failed.values()) - self.wrong
        self.examples = [example for period in periods for example in period["examples"]][:MOST_EXAMPLES]
        self.log_lines = sum(period["log_lines"] for period in periods)
        self.log = [line for period in periods for line in period["log"]][:MOST_EXAMPLES]
        self.problems = [problem for period in periods for problem in period["problems"]]
        self.samples = [sample for period in periods for sample in period["samples"]]

    def complaints(self):
        """Returns what is wrong; empty if the soak has passed."""
        found = list(self.problems)
        if self.wrong:
            found.append(f"{self.wrong} connections with wrong bytes")
        if self.lost:
            found.append(f"{self.lost} connections lost")
        if self.log_lines:
            found.append(f"{self.log_lines} unexpected lines in the log")
        return found + [growth for title, samples in self.series() for growth in grown(title, samples)]

    def series(self):
        """Returns titles and samples: of the whole run, and of each process that has served long enough."""
        by_process = {}
        for sample in self.samples:
            by_process.setdefault(sample[0], []).append(sample)
        processes = [(f"process {name}", samples) for name, samples in by_process.items()
                     if FEWEST_SAMPLES <= len(samples) < len(self.samples)]
        return [("all", self.samples), *processes]


def grown(title, samples):
    """Returns complaints about growth between the second quarter and the last one."""
    if len(samples) < FEWEST_SAMPLES:
        return []
    complaints = []
    for index, (ratio, more), unit, divisor in ((RESIDENT, MOST_RESIDENT, "MiB resident", MIB),
                                                (DESCRIPTORS, MOST_DESCRIPTORS, "descriptors", 1)):
        second, last = (statistics.median(sample[index] for sample in quarter(samples, number)) for number in (1, 3))
        if last > second * ratio + more:
            complaints.append(f"{title}: growth from {second / divisor:.0f} to {last / divisor:.0f} {unit}")
    return complaints


def quarter(samples, number):
    return samples[len(samples) * number // 4:len(samples) * (number + 1) // 4]


def sections(by_name, migrates):
    """Returns the blocks of the report, from periods by name."""
    summaries = {name: Summary(periods) for name, periods in by_name.items()}
    blocks = [f"### Soak, net.ipv4.tcp_migrate_req {migrates}", loss_table(summaries),
              "#### Connections that have followed their plan to the end", kind_table(summaries),
              "#### Memory and descriptors, one sample a second: minimum, median, maximum", memory_table(summaries)]
    for name, summary in summaries.items():
        complaints = summary.complaints()
        lines = [f"- {name}: {'**failed**: ' + '; '.join(complaints) if complaints else 'passed'}"]
        lines += [f"  - `{line}`" for line in summary.examples + summary.log]
        blocks.append("\n".join(lines))
    return blocks


def loss_table(summaries):
    header = ["proxy", "minutes", "connections", "GB verified", "wrong bytes", "lost", "longest wait s", *APART,
              *ACTIONS]
    rows = [[name, f"{summary.seconds / 60:.1f}", f"{sum(summary.done.values()):,}", f"{summary.bytes / 1e9:.1f}",
             f"{summary.wrong:,}", f"{summary.lost:,}", f"{summary.longest:.1f}",
             *(f"{summary.apart[cause]:,}" for cause in APART),
             *(f"{summary.actions[action]:,}" for action in ACTIONS)] for name, summary in summaries.items()]
    return figures.table(header, rows)


def kind_table(summaries):
    rows = [[name, *(f"{summary.done[kind]:,}" for kind in KINDS),
             *(f"{summary.entered[entry]:,}" for entry in ENTRIES)] for name, summary in summaries.items()]
    return figures.table(["proxy", *KINDS, *ENTRIES], rows)


def memory_table(summaries):
    rows = []
    for name, summary in summaries.items():
        for title, samples in summary.series():
            for number, part in enumerate(("first", "second", "third", "last")):
                values = quarter(samples, number)
                if values:
                    rows.append([f"{name}, {title}", part, *span(values, RESIDENT, MIB),
                                 *span(values, DESCRIPTORS, 1)])
    return figures.table(["proxy, process", "quarter", "MiB", "median", "most", "descriptors", "median", "most"], rows)


def span(samples, index, divisor):
    return [f"{value:,.0f}" for value in range_of(samples, index, divisor)]


def range_of(samples, index, divisor=1):
    """Returns minimum, median and maximum of a part of the samples; empty without samples."""
    values = [sample[index] / divisor for sample in samples]
    return [min(values), statistics.median(values), max(values)] if values else []
