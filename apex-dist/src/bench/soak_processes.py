"""The processes of a soak: the proxy with those that have replaced it, the clients, and the backends."""

import random
import sys
import time
from pathlib import Path

from comparison import text
from problems import Problem
from soak_control import Control
from soak_watch import Sampler

HERE = Path(__file__).resolve().parent
TICK = 0.2  # s between two looks
END_SECONDS = 100  # time in which replaced processes have to end; the longest connections last 20 s
CLOSE_SECONDS = 30  # time in which the descriptors of connections are closed; old workers of a peer have to end
REST_SECONDS = 1
MORE_DESCRIPTORS = 20  # at the end than before the load: jars, and files that a first use opens


class Failed(Exception):
    """The proxy has failed, so its soak ends."""


class Load:
    """A process of the load, which takes commands."""

    def __init__(self, comparison, name, program, *arguments):
        address = comparison.next_address()
        command = [sys.executable, str(HERE / program), text(address), *map(str, arguments)]
        self.group = comparison.start(name, (command, None), address)[0]
        self.control = Control(address)

    def stop(self):
        self.control.close()
        self.group.stop()


class Backends(Load):
    """The backends."""

    def __init__(self, comparison, proxy):
        super().__init__(comparison, f"{proxy.name}-backends", "soak_backends.py", *map(named, proxy.backends))
        self.count = len(proxy.backends)


class Clients(Load):
    """The clients."""

    def __init__(self, comparison, proxy):
        seed = random.SystemRandom().randrange(1, 1 << 20)  # so that the connections of each call differ
        super().__init__(comparison, f"{proxy.name}-clients", "soak_clients.py", seed, comparison.directory / "tls.crt",
                         "close_notify" if proxy.sends_close_notify else "eof",
                         *map(named, proxy.addresses.items()))


class Fleet:
    """The processes of a proxy. The last one serves, the others have been replaced."""

    def __init__(self, comparison, proxy, call):
        self._comparison = comparison
        self._proxy = proxy
        self._call = call
        self._command = proxy.command()
        self._groups = [comparison.start(proxy.name, self._command, proxy.addresses["plain"])[0]]
        time.sleep(REST_SECONDS)  # workers of a master can start after it has begun to listen
        self._rest = self._descriptors()
        self.sampler = Sampler(self._process(), self.serving())

    def serving(self):
        return self._groups[-1]

    def logs(self):
        return [group.log() for group in self._groups]

    def take_over(self):
        """Replaces the process."""
        number = len(self._groups)
        try:
            new = self._proxy.proxy.restart(self._comparison, self.serving(), number, self._command)
        except Problem as problem:
            raise Failed(f"takeover {number} failed: {'; '.join(str(problem).splitlines())}") from problem
        self._groups.append(new)
        self.sampler.serve(self._process(), new)

    def check(self):
        status = self.serving().status()
        if status is not None:
            raise Failed(f"the proxy has ended with status {status}")

    def remains(self):
        """Waits, after the last connection, until replaced processes have ended and descriptors are closed.

        Returns problems.
        """
        replaced = self._groups[:-1]
        wait(END_SECONDS, lambda: all(group.status() is not None for group in replaced))
        problems = [f"replaced process {number}: exit status {group.status()}, expected 0"
                    for number, group in enumerate(replaced) if group.status() != 0]
        wait(CLOSE_SECONDS, lambda: self._descriptors() <= self._rest + MORE_DESCRIPTORS)
        opened = self._descriptors()
        if opened > self._rest + MORE_DESCRIPTORS:
            processes = len(self.serving().descriptors())
            problems.append(f"{opened} descriptors of {processes} processes without connections, {self._rest} before"
                            " the load")
        return problems

    def stop(self):
        for group in self._groups:
            group.stop()

    def _descriptors(self):
        return sum(self.serving().descriptors().values())

    def _process(self):
        return f"{self._call}.{len(self._groups)}"


def named(pair):
    """Returns NAME=HOST:PORT."""
    name, address = pair
    return f"{name}={text(address)}"


def wait(seconds, condition):
    """Waits until a condition holds, or for some time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(TICK)
