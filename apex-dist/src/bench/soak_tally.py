"""The counts and failures of one process of the load."""

import asyncio
import collections
import time

from soak_peer import Lost, Missing
from soak_plan import BACKEND_RESETS, CLIENT_RESETS, ENTRIES, KINDS, SHORT, NoPlan
from soak_stream import WrongBytes

STUCK = 60  # s without progress after which a connection counts as lost; the longest pause of a plan is 5 s
MOST_FAILURES = 1000  # in a report; more of them are only counted

CLIENT = "client"
BACKEND = "backend"

# categories of failures
WRONG = "wrong"
MISSING = "missing"
REFUSED = "refused"
RESET = "reset"
ENDED = "ended"
STALLED = "stuck"


class Tally:
    """Counts the connections of a process, and keeps its failures until the next report."""

    def __init__(self, side):
        self._side = side
        self._resets = CLIENT_RESETS if side == BACKEND else BACKEND_RESETS  # by the other end
        self._open = {}  # tasks by peer
        self._done = collections.Counter()  # by kind
        self._entered = collections.Counter()  # those that are done, by entry
        self._bytes = 0
        self._longest = 0
        self._failures = []
        self._more = 0

    def open(self):
        return len(self._open)

    def peers(self):
        """Returns the open connections with their tasks."""
        return list(self._open.items())

    def begin(self, peer):
        self._open[peer] = asyncio.current_task()

    def end(self, peer, error):
        """Counts an ended connection; error is None at the end of its plan."""
        del self._open[peer]
        self._bytes += peer.received
        plan = peer.plan
        if plan and plan.kind == SHORT:
            self._longest = max(self._longest, peer.longest)
        if error is None or plan and plan.ending == self._resets and is_reset(error):
            self._done[KINDS[plan.kind]] += 1
            self._entered[ENTRIES[plan.entry]] += 1
        else:
            self._fail(peer, error)

    def forget(self, peer):
        """Removes a connection that this process has cut."""
        del self._open[peer]

    def report(self):
        """Returns the counts since the start, and the failures and the longest wait since the last report."""
        failures, self._failures, more, self._more = self._failures, [], self._more, 0
        longest, self._longest = self._longest, 0
        return {"done": dict(self._done), "entered": dict(self._entered), "bytes": self._bytes,
                "open": len(self._open), "failures": failures, "more": more, "longest": longest}

    async def watch(self):
        """Cancels connections without progress."""
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for peer, task in self.peers():
                if now - peer.progress > STUCK:
                    task.cancel(f"no progress for {STUCK} s")

    def _fail(self, peer, error):
        if len(self._failures) == MOST_FAILURES:
            self._more += 1
            return
        self._failures.append({
            "number": peer.plan.number if peer.plan else None, "side": self._side, "at": time.monotonic(),
            "what": category(error), "received": peer.received,
            "text": f"{peer.plan or 'connection without a plan'}, {self._side}, {peer.sent:,} bytes sent,"
                    f" {peer.received:,} received: {error or type(error).__name__}"})


def is_reset(error):
    """Returns whether an error can be the reset of the other end. A proxy can end the connection in order."""
    return isinstance(error, (OSError, Lost, Missing)) and not isinstance(error, ConnectionRefusedError)


def category(error):
    if isinstance(error, Missing):
        return MISSING
    if isinstance(error, (WrongBytes, NoPlan)):
        return WRONG
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    if isinstance(error, Lost):
        return ENDED
    if isinstance(error, OSError):
        return RESET
    return STALLED
