#!/usr/bin/env python3
"""Clients of a proxy that reloads: reload_clients.py BACKENDS HOST:PORT [HOST:PORT]

24 clients connect, send a message, compare the answer and close, again and again. The message is 1 byte to 16 KiB of
random data; the answer is the number of the backend, below BACKENDS, and the message. Next to them, 8 sessions stay
open and exchange such a message every 100 ms.

A listener can move from one address to another, with two addresses. A client that is refused at one connects to the
other, and continues there. It was refused if it is refused at one, at the other, and at the first one again.

Ends on SIGTERM and prints its counts as JSON. A connection counts as refused, as reset, as cut if it ends in order
before the answer is complete, as wrong if a byte differs, and as stuck after 15 s without progress.
"""

import asyncio
import contextlib
import json
import random
import signal
import sys

from soak_control import address

CLIENTS = 24
SESSIONS = 8
SESSION_PAUSE = 0.1  # s between the messages of a session
RANDOM = random.randbytes(1 << 20)
MOST_BYTES = 1 << 14  # of a message
PATIENCE = 15  # s for one step
MOST_EXAMPLES = 5
ATTEMPTS = 3  # see above


class Clients:
    """The clients and sessions, with their counts."""

    def __init__(self, backends, addresses):
        self.counts = dict.fromkeys(["connections", "refused", "reset", "cut", "wrong", "stuck", "followed",
                                     "sessions_lost"], 0)
        self.examples = []
        self._backends = backends
        self._addresses = addresses
        self._current = 0  # index of the address at which the previous connection was not refused
        self._ended = False

    async def run(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._end)
        sessions = [await asyncio.open_connection(*self._addresses[0]) for _ in range(SESSIONS)]
        tasks = [asyncio.create_task(self._session(*session)) for session in sessions]
        tasks += [asyncio.create_task(self._client()) for _ in range(CLIENTS)]
        print("started", flush=True)
        await asyncio.gather(*tasks)

    def _end(self):
        self._ended = True

    async def _client(self):
        while not self._ended:
            self.counts["connections"] += 1
            kind = "stuck"
            try:
                reader, writer = await asyncio.wait_for(self._connected(), PATIENCE)
                with contextlib.closing(writer):
                    await self._exchange(reader, writer, is_first=True)
                continue
            except ConnectionRefusedError as failure:
                kind, error = "refused", failure
            except (ConnectionResetError, BrokenPipeError) as failure:
                kind, error = "reset", failure
            except EOFError as failure:
                kind, error = "cut", failure
            except ValueError as failure:
                kind, error = "wrong", failure
            except (OSError, asyncio.TimeoutError) as failure:
                error = failure
            self._fail(kind, error)

    async def _connected(self):
        for attempt in range(ATTEMPTS):
            index = self._current
            try:
                return await asyncio.open_connection(*self._addresses[index])
            except ConnectionRefusedError:
                if len(self._addresses) == 1 or attempt == ATTEMPTS - 1:
                    raise
                if self._current == index:
                    self._current = 1 - index
                    self.counts["followed"] += 1

    async def _session(self, reader, writer):
        try:
            with contextlib.closing(writer):
                is_first = True
                while not self._ended:
                    await self._exchange(reader, writer, is_first)
                    is_first = False
                    await asyncio.sleep(SESSION_PAUSE)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
            self._fail("sessions_lost", error)

    async def _exchange(self, reader, writer, is_first):
        length = random.randint(1, MOST_BYTES)
        start = random.randrange(len(RANDOM) - length)
        message = RANDOM[start:start + length]
        writer.write(message)
        answer = await asyncio.wait_for(reader.readexactly(length + is_first), PATIENCE)
        if is_first and answer[0] >= self._backends or answer[is_first:] != message:
            raise ValueError(f"the answer to {length} bytes differs")

    def _fail(self, kind, error):
        self.counts[kind] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"{kind}: {error or type(error).__name__}")


def main():
    clients = Clients(int(sys.argv[1]), [address(text) for text in sys.argv[2:]])
    asyncio.run(clients.run())
    print(json.dumps({**clients.counts, "examples": clients.examples}))


if __name__ == "__main__":
    main()
