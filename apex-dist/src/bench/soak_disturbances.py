"""The disturbances of a soak: reloads, takeovers, backends that stop or crash, and a lack of file descriptors."""

import contextlib
import random
import resource
import time

import soak_result
from soak_ledger import CRASHED, EXHAUSTED, QUEUED
from soak_proxies import Settings

# first moments and times between the following ones, in s
FIRST_RELOAD = 1
FIRST_STOP = 2
STOPS = 13  # every second stop is a crash
DOWN_SECONDS = 3
FIRST_EXHAUSTION = 6
EXHAUSTIONS = 23
FIRST_SET = 4
SETS = 11
FIRST_DISCOVERY = 5
DISCOVERIES = 7
# A process serves for nine of twelve minutes without a takeover, so that its memory can be judged.
TAKEOVERS = (9, 100, 190)
TAKEOVER_CYCLE = 720

EXHAUSTED_SECONDS = 1.5
SPARE_DESCRIPTORS = 20
BURST = 60  # connections, which need two descriptors each
AFTERMATH = 1  # s after a lack of descriptors in which its connections end
NOTICE = 10  # s in which busy clients notice that a backend has reset a known number of connections
QUEUE = 2  # connections that arrive between the last accept of a backend and its stop


class Disturbance:
    """An action at a first moment, and then periodically. It returns whether it has to wait for another one."""

    def __init__(self, due, period, action):
        self._due = due
        self._period = period
        self._action = action

    def proceed(self, now):
        if now >= self._due:
            self._due = now + (DOWN_SECONDS if self._action() else self._period)


class Disturbances:
    """The disturbances of a proxy, backends and clients, in turns by one thread."""

    def __init__(self, proxy, fleet, clients, backends, ledger):
        self._proxy = proxy
        self._fleet = fleet
        self._clients = clients
        self._backends = backends
        self._ledger = ledger
        self._choose = random.Random()
        self._down = {}  # moments at which backends start again, by index
        self._counts = dict.fromkeys(soak_result.ACTIONS, 0)
        self._disturbances = self._schedule(time.monotonic())

    def proceed(self):
        """Does what is due."""
        for index in [index for index, due in self._down.items() if due <= time.monotonic()]:
            self._start_backend(index)
        for disturbance in self._disturbances:
            disturbance.proceed(time.monotonic())

    def end(self):
        for index in list(self._down):
            self._start_backend(index)

    def take(self):
        """Returns the numbers of disturbances since the last call."""
        counts, self._counts = self._counts, dict.fromkeys(soak_result.ACTIONS, 0)
        return counts

    def _schedule(self, start):
        schedule = []
        if self._proxy.has_pool:
            schedule = [Disturbance(start + FIRST_RELOAD, self._proxy.reload_seconds, self._reload),
                        Disturbance(start + FIRST_STOP, 2 * STOPS, self._stop_backend),
                        Disturbance(start + FIRST_STOP + STOPS, 2 * STOPS, self._crash_backend),
                        Disturbance(start + FIRST_EXHAUSTION, EXHAUSTIONS, self._exhaust)]
        if self._proxy.has_commands:
            schedule.append(Disturbance(start + FIRST_SET, SETS, self._set_state))
        if self._proxy.discovers:
            schedule.append(Disturbance(start + FIRST_DISCOVERY, DISCOVERIES, self._publish))
        if self._proxy.takes_over:
            schedule += [Disturbance(start + first, TAKEOVER_CYCLE, self._take_over) for first in TAKEOVERS]
        return schedule

    def _reload(self):
        self._proxy.reload(self._fleet.serving(), Settings.chosen(self._choose))
        self._counts["reloads"] += 1

    def _set_state(self):
        self._proxy.set_state(self._choose)
        self._counts["sets"] += 1

    def _publish(self):
        self._proxy.publish(self._choose)
        self._counts["discoveries"] += 1

    def _take_over(self):
        self._fleet.take_over()
        self._counts["takeovers"] += 1

    def _stop_backend(self):
        """Closes the listening socket of a backend. Its connections go on."""
        if self._down:
            return True
        self._disturb_backend("stop", range(self._backends.count))
        self._counts["stops"] += 1
        return False

    def _crash_backend(self):
        if self._down:
            return True
        numbers, without_plan = self._disturb_backend("crash", self._proxy.always())
        self._ledger.cut(numbers)
        now = time.monotonic()
        self._ledger.window(CRASHED, now - NOTICE, now + NOTICE, without_plan)
        self._counts["crashes"] += 1
        return False

    def _disturb_backend(self, command, indexes):
        # One backend is down, at most one has no weight and at most one is in maintenance, so one of its pool serves.
        index = self._choose.choice(indexes)
        before = time.monotonic()
        answer = self._backends.control.ask(command, index)
        self._ledger.window(QUEUED, before, time.monotonic() + NOTICE, QUEUE)
        self._down[index] = time.monotonic() + DOWN_SECONDS
        return answer

    def _start_backend(self, index):
        self._backends.control.ask("start", index)
        del self._down[index]

    def _exhaust(self):
        """Lowers the limit of descriptors of the proxy below the needs of a burst for a moment."""
        begin = time.monotonic()
        limits = {}
        for process, opened in self._fleet.serving().descriptors().items():
            with contextlib.suppress(ProcessLookupError):
                hard = resource.prlimit(process, resource.RLIMIT_NOFILE)[1]
                lower = opened + SPARE_DESCRIPTORS, hard
                limits[process] = resource.prlimit(process, resource.RLIMIT_NOFILE, lower)
        self._clients.control.ask("burst", BURST, round(EXHAUSTED_SECONDS * 1000))
        time.sleep(EXHAUSTED_SECONDS)
        for process, limit in limits.items():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(process, resource.RLIMIT_NOFILE, limit)
        if not self._proxy.reserves_descriptors:
            self._ledger.window(EXHAUSTED, begin, time.monotonic() + AFTERMATH)
        self._counts["exhaustions"] += 1
