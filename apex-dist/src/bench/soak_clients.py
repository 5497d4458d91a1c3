#!/usr/bin/env python3
"""The clients of a soak in one process: soak_clients.py CONTROL PROXY SEED

CONTROL is the address at which this process accepts commands, PROXY that of the proxy, both HOST:PORT. The rates are
bounded: the load shows errors, not speed. Clients begin when CONTROL accepts.
"""

import asyncio
import socket
import sys
import time

import soak_control
import soak_plan
from soak_peer import Done, Peer
from soak_tally import CLIENT, Tally

SHORT_RATE = 300  # new connections a second
RESET_RATE = 10
HALF_RATE = 20
LOOPS = {soak_plan.SESSION: 40, soak_plan.UP: 1, soak_plan.DOWN: 1, soak_plan.DUPLEX: 1, soak_plan.STALL: 8}
PAUSE = 0.5  # s between two connections of a loop
MOST_OPEN = 4000  # connections; while as many are open, no short ones begin
FAILURE_PAUSE = 0.1  # s


class Clients:
    """Connections of all kinds."""

    def __init__(self, proxy, seed):
        self._proxy = proxy
        self._plans = soak_plan.Plans(seed)
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

    async def _repeat(self, kind):
        while not self._ending.is_set():
            await self._connection(self._plans.make(kind))
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

    async def _connection(self, plan):
        client = socket.socket()
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = Peer(client, True, self._ending.is_set)
        peer.plan = plan
        self._tally.begin(peer)
        error = None
        try:
            await asyncio.get_running_loop().sock_connect(client, self._proxy)
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
    control, proxy = (soak_control.address(text) for text in sys.argv[1:3])
    clients = Clients(proxy, int(sys.argv[3]))
    await soak_control.serve(control, clients.commands())
    await clients.run()


if __name__ == "__main__":
    asyncio.run(main())
