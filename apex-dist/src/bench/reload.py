"""The part `reload`: what a reload keeps, each proxy with its own reload.

Apex reads its file again in its process. The master of HAProxy gets SIGUSR2, executes its program again and starts a
new worker; that of nginx gets SIGHUP and starts new workers. Five properties, each with a new process of each proxy:

- pools: 100 reloads under 24 clients, each with another pair of three backends and other weights.
- move: 100 reloads under 24 clients, each of which moves the listener to the other one of two ports. A connection that
  is refused at the port without a listener does not count; reload_clients.py defines which does.
- limit: a backend is limited to 2 connections. Before the first reload and after each of five, 2 connections are opened
  that stay open. The figure is the highest number of connections at the backend at the same time.
- counts: two backends with least connections; 10 connections are open to one of them. A reload changes their weights,
  which are equal. The figure is the share of the next 10 connections that the other backend gets.
- queue: connections that the kernel has accepted for a listener, but the proxy has not, when a reload removes the
  listener. They wait at a limit of the listener, or because the accepting processes are stopped by SIGSTOP.

The part runs once, whatever --rounds is.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import figures
from comparison import progress, text
from problems import Problem
from reload_clients import SESSIONS
from reload_proxies import Settings, await_that, reloadable
from restart import SETTING
from soak_control import Control

HERE = Path(__file__).resolve().parent
BACKENDS = 3
RELOADS = 100
PERIOD = 0.2  # s from the end of one reload to the next
LIMIT = 2
LIMITED_RELOADS = 5
OPEN = 10  # connections to one of two backends
QUEUED = 50
PATIENCE = 20  # s for an answer
WITHOUT_ANSWER = 1  # s after which a connection counts as waiting at the limit of its backend
POLL = 0.005  # s
PAUSE = 1  # s from the start of new workers until old ones accept no more; nginx signals them 100 ms later
MESSAGE = b"message"


@dataclass(frozen=True)
class Sample:
    """The figures of a proxy. None: it does not have such a limit."""

    pools: dict
    move: dict
    most: int  # connections at the limited backend
    processes: int  # after the reloads with the limited backend
    share: int  # connections to the other backend
    final: list  # connections of the two backends after twice as many
    limited: int  # served connections of the queue at a limit
    stopped: int  # served connections of the queue of stopped processes


def measure(comparison):
    backends = [comparison.next_address() for _ in range(BACKENDS)]
    control = comparison.next_address()
    command = [sys.executable, str(HERE / "reload_backend.py"), text(control), *map(text, backends)]
    group = comparison.start("backends", (command, None), control)[0]
    with contextlib.closing(Control(control)) as counts:
        for proxy in reloadable(comparison):
            sample = Measurement(comparison, proxy, backends, counts).sample()
            comparison.add("reload", proxy.name, sample)
            for broken in [] if proxy.proxy.is_peer else broken_of(sample):
                comparison.complain(f"{proxy.name}: {broken}")
    group.stop()


class Measurement:
    """The measurements of a proxy."""

    def __init__(self, comparison, proxy, backends, counts):
        self._comparison = comparison
        self._proxy = proxy
        self._backends = tuple(backends)
        self._counts = counts

    def sample(self):
        values = {}
        steps = [self._pools, self._move, self._limit, self._least, self._limited_queue, self._stopped_queue]
        for step in steps:
            new = step()
            progress(f"reload {self._proxy.name}: {json.dumps(new)}")
            values.update(new)
        return Sample(**values)

    def _pools(self):
        listener = self._comparison.next_address()

        def settings(number):
            removed = self._backends[number % BACKENDS]
            return Settings((listener,), tuple(each for each in self._backends if each != removed), number)

        return {"pools": self._under_load([listener], settings)}

    def _move(self):
        listeners = [self._comparison.next_address() for _ in range(2)]

        def settings(number):
            return Settings((listeners[number % 2],), self._backends, number)

        return {"move": self._under_load(listeners, settings)}

    def _under_load(self, listeners, settings):
        """Reloads under the load of clients; returns what they saw."""
        with self._started(settings(0)):
            command = [sys.executable, str(HERE / "reload_clients.py"), str(BACKENDS), *map(text, listeners)]
            clients = self._comparison.start_client("clients", (command, None))
            clients.await_output()
            for number in range(1, RELOADS + 1):
                time.sleep(PERIOD)
                self._proxy.reload(settings(number))
            time.sleep(PERIOD)
            os.kill(clients.leader(), signal.SIGTERM)
            return json.loads(clients.await_end(PATIENCE)[-1])

    def _limit(self):
        listener = self._comparison.next_address()
        with self._started(Settings((listener,), self._backends[:1], limit=LIMIT)), contextlib.ExitStack() as clients:
            time.sleep(PAUSE)  # the connection that awaited the start counts until its end
            self._counts.ask("counts")  # the highest number counts from here
            self._open_to_limit(clients, listener)
            for number in range(1, LIMITED_RELOADS + 1):
                self._proxy.reload(Settings((listener,), self._backends[:1], number, limit=LIMIT))
                time.sleep(PAUSE)
                self._open_to_limit(clients, listener)
            return {"most": self._counts.ask("counts")[0]["most"], "processes": len(self._proxy.processes())}

    @staticmethod
    def _open_to_limit(clients, listener):
        """Opens connections; waits for their answers, or for as long as one takes that is not at the limit."""
        await_answers([clients.enter_context(contextlib.closing(Client(listener))) for _ in range(LIMIT)],
                      WITHOUT_ANSWER)

    def _least(self):
        listener = self._comparison.next_address()
        with self._started(Settings((listener,), self._backends[:2], least=True)), contextlib.ExitStack() as clients:
            opened = [[], []]
            while min(map(len, opened)) < OPEN:  # a backend can join late
                client = clients.enter_context(contextlib.closing(Client(listener)))
                opened[client.backend()].append(client)
                if sum(map(len, opened)) > 10 * OPEN:
                    raise Problem(f"{self._proxy.name}: connections by backend: {list(map(len, opened))}")
            for client in opened[0][OPEN:] + opened[1]:
                client.close()
            self._await_that_backends_have([OPEN, 0])
            self._proxy.reload(Settings((listener,), self._backends[:2], 1, least=True))
            time.sleep(PAUSE)
            chosen = [clients.enter_context(contextlib.closing(Client(listener))).backend() for _ in range(2 * OPEN)]
            final = self._open_connections()[:2]
            return {"share": chosen[:OPEN].count(1), "final": final}

    def _open_connections(self):
        return [backend["open"] for backend in self._counts.ask("counts")]

    def _await_no_connections(self):
        await_that(lambda: not any(self._open_connections()), "backends: connections of an earlier step are open")

    def _await_that_backends_have(self, connections):
        await_that(lambda: self._open_connections()[:2] == connections,
                   f"backends: not {connections} connections, but {self._open_connections()}")

    def _limited_queue(self):
        if not self._proxy.limits_listeners:
            return {"limited": None}
        listeners = [self._comparison.next_address() for _ in range(2)]
        with self._started(Settings(tuple(listeners), self._backends, listener_limit=LIMIT)):
            with contextlib.ExitStack() as sessions:
                for _ in range(LIMIT):
                    sessions.enter_context(contextlib.closing(Client(listeners[1]))).backend()
                clients = [Client(listeners[1]) for _ in range(QUEUED)]
                self._proxy.reload(Settings((listeners[0],), self._backends, 1, listener_limit=LIMIT))
                await_that(lambda: refuses(listeners[1]), f"{self._proxy.name}: removed listener still accepts")
            return {"limited": served(clients)}

    def _stopped_queue(self):
        listeners = [self._comparison.next_address() for _ in range(2)]
        with self._started(Settings(tuple(listeners), self._backends)):
            accepting = self._proxy.accepting()
            with paused(accepting):
                clients = [Client(listeners[1]) for _ in range(QUEUED)]
                self._proxy.reload_stopped(Settings((listeners[0],), self._backends, 1))
                time.sleep(PAUSE)
            await_that(lambda: refuses(listeners[1]), f"{self._proxy.name}: removed listener still accepts")
            return {"stopped": served(clients)}

    @contextlib.contextmanager
    def _started(self, settings):
        self._await_no_connections()
        self._proxy.start(settings)
        try:
            yield
        finally:
            self._proxy.stop()


class Client:
    """A connection on which a message was sent."""

    def __init__(self, address):
        self._socket = socket.create_connection(address, PATIENCE)
        self._socket.sendall(MESSAGE)
        self._socket.setblocking(False)
        self._answer = b""

    @property
    def is_served(self):
        return self._answer[1:] == MESSAGE

    def is_done(self):
        """Reads what has arrived; returns whether the client is served, or the connection has ended."""
        try:
            part = self._socket.recv(1 + len(MESSAGE) - len(self._answer))
        except BlockingIOError:
            return False
        except OSError:
            part = b""
        self._answer += part
        return not part or self.is_served

    def backend(self):
        """Waits for the answer; returns the number of the backend."""
        await_answers([self], PATIENCE)
        if not self.is_served:
            raise Problem(f"expected an answer to {MESSAGE}, got {self._answer}")
        return self._answer[0]

    def close(self):
        self._socket.close()


def await_answers(clients, seconds, then=lambda client: None):
    """Waits until all clients are done, but not longer than a time; calls a function for each that is."""
    waiting = list(clients)
    deadline = time.monotonic() + seconds
    while waiting and time.monotonic() < deadline:
        for client in [client for client in waiting if client.is_done()]:
            waiting.remove(client)
            then(client)
        time.sleep(POLL)


@contextlib.contextmanager
def paused(processes):
    """Stops processes for the time of the context."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def served(clients):
    """Returns the number of clients that are served. Each closes then, so that the next one is within a limit."""
    await_answers(clients, PATIENCE, Client.close)
    for client in clients:
        client.close()
    return sum(client.is_served for client in clients)


def refuses(address):
    with socket.socket() as probe:
        return probe.connect_ex(address) != 0


LOSSES = {"refused": "refused", "reset": "reset", "cut": "ended early", "stuck": "without progress",
          "wrong": "wrong bytes"}


def broken_of(sample):
    """Returns the properties that a proxy does not have."""
    for name, counts in (("pools", sample.pools), ("move", sample.move)):
        if any(counts[kind] for kind in (*LOSSES, "sessions_lost")):
            yield f"{name}: {counts}"
    if sample.most > LIMIT:
        yield f"limit: {sample.most} connections"
    if sample.share != OPEN or sample.final != [3 * OPEN // 2] * 2:
        yield f"counts: {sample.share} of {OPEN} connections to the other backend, {sample.final} in the end"
    for name, queue in (("at a limit", sample.limited), ("stopped", sample.stopped)):
        if queue is not None and queue != QUEUED:
            yield f"queue, {name}: {queue} of {QUEUED} served"


def section(_options, samples, _peers):
    by_name = {name: values[0] for name, values in samples["reload"].items()}
    rows = []

    def row(title, figure):
        cells = [figure(sample) for sample in by_name.values()]
        rows.append([title, *(figures.NOTHING if cell is None else f"{cell:,}" if isinstance(cell, int) else cell
                              for cell in cells)])

    for title, counts in (("pools", lambda sample: sample.pools), ("move", lambda sample: sample.move)):
        row(f"{title}: connections", lambda sample: counts(sample)["connections"])
        for kind, name in LOSSES.items():
            row(f"{title}: {name}", lambda sample: counts(sample)[kind])
        row(f"{title}: sessions lost, of {SESSIONS}", lambda sample: counts(sample)["sessions_lost"])
    row(f"limit: most connections at a backend with {LIMIT}", lambda sample: sample.most)
    row("limit: processes in the end", lambda sample: sample.processes)
    row(f"counts: next {OPEN} connections to the other backend", lambda sample: sample.share)
    row(f"counts: connections after {2 * OPEN}", lambda sample: " and ".join(map(str, sample.final)))
    row(f"queue at a limit: served, of {QUEUED}", lambda sample: sample.limited)
    row(f"queue of stopped processes: served, of {QUEUED}", lambda sample: sample.stopped)
    migrates = SETTING.read_text().strip() if SETTING.exists() else "missing"
    return [f"### Reloads, net.ipv4.tcp_migrate_req {migrates}", figures.table(["property", *by_name], rows)]
