#!/usr/bin/env python3
"""Backends of the part `reload`: reload_backend.py CONTROL BACKEND...

Each address is a backend, which answers the first byte of a connection with its number, and echoes all bytes. A
connection without a byte is a health check and does not count. The command `counts` over the connection for control
returns for each backend the number of open connections, and the highest number since the previous `counts`.
"""

import asyncio
import sys

from soak_control import address, serve

READ_BYTES = 1 << 16
BACKLOG = 4096


class Backend:
    """A backend with its counts."""

    def __init__(self, number):
        self._greeting = bytes([number])
        self.open = 0
        self.most = 0

    async def answer(self, reader, writer):
        counted = False
        try:
            while received := await reader.read(READ_BYTES):
                if not counted:
                    counted = True
                    self.open += 1
                    self.most = max(self.most, self.open)
                    received = self._greeting + received
                writer.write(received)
                await writer.drain()
        except OSError:
            pass  # the proxy has reset the connection, like that of a health check
        finally:
            self.open -= counted
            writer.close()

    def counts(self):
        counts = {"open": self.open, "most": self.most}
        self.most = self.open
        return counts


async def run(control, addresses):
    backends = [Backend(number) for number in range(len(addresses))]
    servers = [await asyncio.start_server(backend.answer, *at, backlog=BACKLOG)
               for backend, at in zip(backends, addresses)]
    servers.append(await serve(control, {"counts": lambda: [backend.counts() for backend in backends]}))
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(run(address(sys.argv[1]), [address(text) for text in sys.argv[2:]]))
