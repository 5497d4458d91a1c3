"""`compare --soak`: a load of all kinds at the same time, whose bytes are verified at both ends, next to disturbances.

The clients (soak_clients.py) and backends (soak_backends.py) follow plans (soak_plan.py). Meanwhile this process
disturbs the proxy and the backends (soak_disturbances.py). Each minute is one period of the result (soak_result.py).
"""

import datetime
import shutil
import time
from pathlib import Path

import soak_namespace
import soak_result
from comparison import progress
from soak_disturbances import Disturbances
from soak_ledger import Ledger, Losses
from soak_processes import TICK, Backends, Clients, Failed, Fleet
from soak_proxies import needs_certificate, with_soak
from soak_watch import MOST_LINES, LogScan
from tls import EC, create_certificate

PERIOD = 60  # s
END_SECONDS = 100  # time in which connections have to end: more than a connection without progress lasts


class Soak:
    """The soak of one proxy in one call."""

    def __init__(self, comparison, proxy, results):
        self._directory = comparison.directory
        self._results = results
        self._name = label(proxy)
        self._build = proxy.describe()
        self._proxy = with_soak(proxy, comparison)
        self._backends = Backends(comparison, self._proxy)
        self._fleet = Fleet(comparison, self._proxy, len(results.periods.get(self._name, [])))
        self._clients = Clients(comparison, self._proxy)
        self._ledger = Ledger()
        self._losses = Losses()
        self._log = LogScan(self._proxy.unexpected)
        self._counts = {}  # of the clients and backends at the end of the last period

    def run(self, seconds):
        disturbances = Disturbances(self._proxy, self._fleet, self._clients, self._backends, self._ledger)
        self._fleet.sampler.start()
        begin = time.monotonic()
        end = begin + seconds
        problems = []
        try:
            while True:
                due = min(begin + PERIOD, end)
                while time.monotonic() < due:
                    self._check()
                    disturbances.proceed()
                    time.sleep(TICK)
                if due == end:
                    break
                self._add_period(due - begin, disturbances, [])
                begin = due
            self._fleet.sampler.end()
            disturbances.end()
            problems = self._await_end()
        except Failed as failed:
            end = time.monotonic()
            problems = [str(failed)]
        self._fleet.sampler.end()
        self._add_period(min(end - begin, PERIOD), disturbances, problems)
        self._clients.stop()
        self._fleet.stop()
        self._backends.stop()

    def _check(self):
        for load in (self._clients, self._backends):
            load.group.check_alive()
        self._fleet.check()

    def _await_end(self):
        """Ends the load; waits for the end of all connections and of replaced processes. Returns problems."""
        self._clients.control.ask("end")
        deadline = time.monotonic() + END_SECONDS
        while opened := sum(self._report(load)["open"] for load in (self._clients, self._backends)):
            self._check()
            if time.monotonic() > deadline:
                return [f"{opened} ends of connections are open {END_SECONDS} s after the end"]
            time.sleep(TICK)
        return self._fleet.remains()

    def _report(self, load):
        """Adds the failures since the last report of a process; returns its counts since its start."""
        report = load.control.ask("report")
        self._losses.longest = max(self._losses.longest, report["longest"])
        self._ledger.judge(report["failures"], self._losses)
        if report["more"]:
            self._losses.failed["more"] += report["more"]
        return report

    def _add_period(self, seconds, disturbances, problems):
        clients, backends = self._report(self._clients), self._report(self._backends)
        counts = {"bytes": clients["bytes"] + backends["bytes"], "late": clients["late"],
                  **{f"done {kind}": count for kind, count in clients["done"].items()},
                  **{f"entered {entry}": count for entry, count in clients["entered"].items()}}
        new = {key: count - self._counts.get(key, 0) for key, count in counts.items()}
        self._counts = counts
        lines = self._log.lines(self._fleet.logs())
        samples = self._fleet.sampler.take()
        period = {
            "build": self._build, "end": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "seconds": round(seconds, 1),
            "done": counts_of("done ", new), "entered": counts_of("entered ", new),
            "bytes": new["bytes"], "late": new["late"],
            "longest": round(self._losses.longest, 3),
            "failed": self._losses.failed, "apart": self._losses.apart, "examples": self._losses.examples,
            "apart_examples": self._losses.apart_examples,
            "actions": disturbances.take(), "log_lines": len(lines), "log": lines[:MOST_LINES],
            "problems": problems + self._crashes(),
            "resident": soak_result.range_of(samples, soak_result.RESIDENT),
            "descriptors": soak_result.range_of(samples, soak_result.DESCRIPTORS), "samples": samples}
        self._losses = Losses()
        self._results.add(self._name, period)
        summary = soak_result.Summary([period])
        minutes = self._results.seconds(self._name) / 60
        apart = ", ".join(f"{count} {cause}" for cause, count in summary.apart.items())
        progress(f"{self._name}: {minutes:.1f} minutes: {sum(summary.done.values()):,} connections,"
                 f" {summary.wrong} wrong, {summary.lost} lost; {apart or 'none'} apart"
                 f" {'; '.join(summary.examples[:3] + summary.log[:3] + summary.problems)}")

    def _crashes(self):
        """Returns the reports of crashed JVMs. They are moved to the working directory."""
        problems = []
        for file in self._directory.glob("hs_err*"):
            kept = Path.cwd() / file.name
            shutil.move(file, kept)
            problems.append(f"the JVM has crashed: {kept}")
        return problems


def measure(comparison):
    options = comparison.options
    results = soak_result.Results(options.resume)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    comparison.samples["soak"] = results.periods
    if any(needs_certificate(proxy) for proxy in comparison.proxies):
        create_certificate(comparison.directory, EC)
    for proxy in comparison.proxies:
        left = options.minutes * 60 - results.seconds(label(proxy))
        if left >= 1:
            try:
                Soak(comparison, proxy, results).run(left)
            finally:
                for log in comparison.directory.glob("*.log") if options.keep else ():
                    shutil.copy(log, options.keep)
        for complaint in soak_result.Summary(results.periods.get(label(proxy), [])).complaints():
            comparison.complain(f"{label(proxy)}: {complaint}")


def counts_of(prefix, counts):
    return {key.removeprefix(prefix): count for key, count in counts.items() if key.startswith(prefix)}


def label(proxy):
    """Returns the name of a proxy in the result: a file can have the results of several engines."""
    return f"{proxy.name}-{proxy.engine}" if proxy.engine else proxy.name


def sections(comparison):
    """Returns a function to the blocks of the report, with all proxies of the file."""
    return lambda _samples, _peers: soak_result.sections(comparison.samples["soak"], soak_namespace.migrates())
