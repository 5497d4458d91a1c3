"""The failures of a soak: which of them are an effect of the load itself, and which are those of the proxy."""

import collections
from dataclasses import dataclass, field

from soak_tally import ENDED, MISSING, RESET, WRONG

MOST_EXAMPLES = 10
RECALLED = 100_000  # connections whose failure at one end is remembered, until the other end reports it

# causes of the load, which no proxy can hide
CRASHED = "backend crashed"  # the backend has reset the connection
QUEUED = "queue of a stopped backend"  # the kernel of the backend has reset the connection: it was not accepted yet
EXHAUSTED = "descriptors exhausted"
APART = (CRASHED, QUEUED, EXHAUSTED)


@dataclass
class Window:
    """A time in which connections can end before their first byte."""

    cause: str
    begin: float
    end: float
    most: float  # connections


@dataclass
class Losses:
    """The failures of a period, and the longest time without progress of a short connection."""

    failed: collections.Counter = field(default_factory=collections.Counter)  # by category
    apart: collections.Counter = field(default_factory=collections.Counter)  # by cause
    examples: list = field(default_factory=list)
    longest: float = 0  # s
    apart_examples: dict = field(default_factory=dict)  # lists by cause


class Ledger:
    """Assigns each failed connection to a cause, once for both ends."""

    def __init__(self):
        self._cut = set()  # numbers of connections
        self._windows = collections.deque(maxlen=100)
        self._seen = collections.OrderedDict()

    def cut(self, numbers):
        """Records that a backend has reset connections."""
        self._cut.update(numbers)

    def window(self, cause, begin, end, most=float("inf")):
        self._windows.append(Window(cause, begin, end, most))

    def judge(self, failures, losses):
        """Adds failures to the losses of a period."""
        for failure in failures:
            number = failure["number"]
            if number in self._seen and (failure["what"] != WRONG or self._seen[number] == WRONG):
                continue
            if number is not None:
                self._seen[number] = failure["what"]
                if len(self._seen) > RECALLED:
                    self._seen.popitem(last=False)
            cause = self._cause(failure)
            counts, kind, examples = (losses.failed, failure["what"], losses.examples) if cause is None else (
                losses.apart, cause, losses.apart_examples.setdefault(cause, []))
            counts[kind] += 1
            if len(examples) < MOST_EXAMPLES:
                examples.append(f"{failure['what']}: {failure['text']}")

    def _cause(self, failure):
        """Returns the cause of the load, or None. A byte that differs never has one."""
        if failure["what"] in (RESET, ENDED, MISSING) and failure["number"] in self._cut:
            return CRASHED
        if failure["what"] in (RESET, ENDED) and failure["received"] == 0:
            for window in sorted(self._windows, key=lambda one: one.most):  # unlimited ones last
                if window.begin <= failure["at"] <= window.end and window.most > 0:
                    window.most -= 1
                    return window.cause
        return None
