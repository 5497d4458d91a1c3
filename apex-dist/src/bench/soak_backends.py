#!/usr/bin/env python3
"""The backends of a soak in one process: soak_backends.py CONTROL POOL=HOST:PORT...

CONTROL is the address HOST:PORT at which this process accepts commands. A backend can stop to listen, and it can also
reset all its connections at the same time, like a process that has crashed.
"""

import asyncio
import socket
import sys

import soak_control
from soak_peer import Done, Peer
from soak_tally import BACKEND, Tally
from soak_transport import Plain

BACKLOG = 4096


class Backend:
    """A listening socket and its connections."""

    def __init__(self, pool, address, tally):
        self._pool = pool
        self._address = address
        self._tally = tally
        self._peers = {}  # tasks by peer
        self._listening = None
        self.start()

    def start(self):
        self._listening = socket.create_server(self._address, backlog=BACKLOG)
        self._listening.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    def stop(self):
        """Accepts the connections in the queue and stops listening. Connections continue."""
        asyncio.get_running_loop().remove_reader(self._listening)
        self._accept()
        self._listening.close()

    def crash(self):
        """Returns the numbers of the connections that are reset, and the number of those that have sent no plan."""
        self.stop()
        numbers = []
        unknown = 0
        for peer, task in self._peers.items():
            plan = peer.plan or peer.waiting_plan(self._pool)
            if plan:
                numbers.append(plan.number)
            else:
                unknown += 1
            peer.cut = True
            task.cancel()
        return [numbers, unknown]

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(Plain(connection), False)
            task = asyncio.ensure_future(self._serve(peer))
            self._peers[peer] = task
            task.add_done_callback(lambda done, peer=peer: self._ended(done, peer))

    def _ended(self, task, peer):
        self._peers.pop(peer)
        if task.cancelled():  # before its first step, so that it could not reset the connection
            peer.reset()

    async def _serve(self, peer):
        try:
            if not await peer.receive_plan(self._pool):
                peer.close()
                return
        except asyncio.CancelledError:
            peer.reset()
            return
        except Exception as failure:
            self._tally.begin(peer)
            self._tally.end(peer, failure)
            peer.reset()
            return
        self._tally.begin(peer)
        try:
            await peer.run()
            peer.close()
            self._tally.end(peer, None)
        except Done:
            peer.reset()
            self._tally.end(peer, None)
        except asyncio.CancelledError as cancelled:
            peer.reset()
            if peer.cut:
                self._tally.forget(peer)
            else:
                self._tally.end(peer, cancelled)
        except Exception as failure:
            peer.reset()
            self._tally.end(peer, failure)


async def main():
    control, *addresses = sys.argv[1:]
    tally = Tally(BACKEND)
    backends = [Backend(*soak_control.named_address(text), tally) for text in addresses]
    await soak_control.serve(soak_control.address(control), {
        "report": tally.report,
        "start": lambda index: backends[index].start(),
        "stop": lambda index: backends[index].stop(),
        "crash": lambda index: backends[index].crash()})
    await tally.watch()


if __name__ == "__main__":
    asyncio.run(main())
