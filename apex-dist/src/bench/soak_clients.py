#!/usr/bin/env python3
"""The clients of a soak in one process: soak_clients.py CONTROL SEED CERTIFICATE END LISTENER=HOST:PORT...

CONTROL is the address HOST:PORT at which this process accepts commands, CERTIFICATE the file with that of the proxy.
END is close_notify, or eof for a proxy that ends TLS without it. The rates are bounded: the load shows errors, not
speed. Clients begin when CONTROL accepts.
"""

import asyncio
import socket
import ssl
import sys
import time

import soak_control
import soak_plan
from secure import SERVER_NAME
from soak_entry import LISTENER_OF
from soak_peer import Done, Peer
from soak_tally import CLIENT, Tally
from soak_transport import Plain, Secure

SHORT_RATE = 200  # new connections a second
RESET_RATE = 10
HALF_RATE = 20
LOOPS = {soak_plan.SESSION: 40, soak_plan.UP: 1, soak_plan.DOWN: 1, soak_plan.DUPLEX: 1, soak_plan.STALL: 8}
QUEUED_LOOPS = 12  # sessions of the pool whose backends have fewer connections
ENTRIES = (soak_plan.PLAIN, soak_plan.PLAIN, soak_plan.TLS, soak_plan.ROUTED)  # of all other connections
PAUSE = 0.5  # s between two connections of a loop
MOST_OPEN = 4000  # connections; while as many are open, no short ones begin
FAILURE_PAUSE = 0.1  # s


class Clients:
    """Connections of all kinds."""

    def __init__(self, listeners, seed, certificate, expects_close_notify):
        """listeners has addresses by name; the entries of others are not used."""
        self._listeners = listeners
        self._plans = soak_plan.Plans(seed, [entry for entry in ENTRIES if LISTENER_OF[entry] in listeners])
        self._expects_close_notify = expects_close_notify
        self._tls = ssl.create_default_context(cafile=certificate) if LISTENER_OF[soak_plan.TLS] in listeners else None
        self._tally = Tally(CLIENT)
        self._ending = asyncio.Event()
        self._tasks = set()
        self._late = 0

    def commands(self):
        return {"report": lambda: {**self._tally.report(), "late": self._late}, "burst": self._burst,
                "end": self._ending.set}

    async def run(self):
        self._start(self._tally.watch())
        for kind, count in LOOPS.items():
            for _ in range(count):
                self._start(self._repeat(kind))
        for _ in range(QUEUED_LOOPS if LISTENER_OF[soak_plan.QUEUED] in self._listeners else 0):
            self._start(self._repeat(soak_plan.SESSION, entry=soak_plan.QUEUED))
        for kind, rate in ((soak_plan.SHORT, SHORT_RATE), (soak_plan.RESET, RESET_RATE), (soak_plan.HALF, HALF_RATE)):
            self._start(self._at_rate(kind, rate))
        await asyncio.Event().wait()  # until the process is ended

    def _start(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task):
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            asyncio.get_running_loop().stop()  # a defect of this program
            raise task.exception()

    async def _repeat(self, kind, **values):
        while not self._ending.is_set():
            await self._connection(self._plans.make(kind, **values))
            await asyncio.sleep(PAUSE)

    async def _at_rate(self, kind, rate):
        due = time.monotonic()
        while not self._ending.is_set():
            due += 1 / rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            if self._tally.open() < MOST_OPEN:
                self._start(self._connection(self._plans.make(kind)))
            else:
                self._late += 1

    def _burst(self, count, milliseconds):
        """Opens connections that stay open for some time."""
        for _ in range(count):
            self._start(self._connection(self._plans.make(soak_plan.BURST, rounds=2, pause=milliseconds)))

    def _transport(self, client, plan):
        if plan.entry == soak_plan.TLS:
            return Secure(client, self._tls, SERVER_NAME, self._expects_close_notify)
        return Plain(client)

    async def _connection(self, plan):
        client = socket.socket()
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = Peer(self._transport(client, plan), True, self._ending.is_set)
        peer.plan = plan
        self._tally.begin(peer)
        error = None
        try:
            await asyncio.get_running_loop().sock_connect(client, self._listeners[LISTENER_OF[plan.entry]])
            await peer.send_plan(plan)
            await peer.run()
            peer.close()
        except Done:
            peer.reset()
        except (Exception, asyncio.CancelledError) as failure:
            error = failure
            peer.reset()
        self._tally.end(peer, error)
        if error:
            await asyncio.sleep(FAILURE_PAUSE)


async def main():
    control, seed, certificate, end, *listeners = sys.argv[1:]
    clients = Clients(dict(map(soak_control.named_address, listeners)), int(seed), certificate, end == "close_notify")
    await soak_control.serve(soak_control.address(control), clients.commands())
    await clients.run()


if __name__ == "__main__":
    asyncio.run(main())
