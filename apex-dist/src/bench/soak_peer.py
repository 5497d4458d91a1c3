"""One end of a connection that follows a plan and verifies all that it receives."""

import asyncio
import socket
import struct
import time

from soak_entry import is_probe, parse, prefix
from soak_plan import BACKEND, BACKEND_RESETS, BOTH, CLIENT, CLIENT_FIRST, CLIENT_RESETS, RESETS, NoPlan, Plan
from soak_stream import Check, WrongBytes, piece

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close resets
READ_BYTES = 1 << 18
PEEKED_BYTES = 1024  # more than the first bytes up to the end of the plan
STALLED_BUFFER = 64 * 1024  # receive buffer of an end that stops reading, so that the stall reaches the sender


class Lost(Exception):
    """The connection ended before its plan."""


class Missing(WrongBytes):
    """The connection ended in order, but within the bytes of a message."""


class Done(Exception):
    """The plan has ended by a reset of this end."""


class Peer:
    """The client or the backend of one connection."""

    def __init__(self, transport, is_client, hurries=lambda: False):
        """hurries() returns whether the pauses between messages are omitted."""
        self.socket = transport.socket
        self.plan = None
        self.progress = time.monotonic()
        self.longest = 0  # s, longest time without progress before a byte arrived
        self.sent = 0  # bytes, without the plan
        self.cut = False  # whether a crash of the backend ends the connection
        self.check = None
        self._transport = transport
        self._head = b""  # received bytes up to the end of the plan
        self._is_client = is_client
        self._hurries = hurries

    @property
    def received(self):
        """The number of bytes that were received and verified."""
        return self.check.position if self.check else 0

    async def send_plan(self, plan):
        self._begin(plan)
        await self._transport.open()
        await self._transport.send(prefix(plan) + plan.encode())

    async def receive_plan(self, pool):
        """Returns False if the other end is a health check."""
        while not isinstance(found := parse(self._head, pool), Plan):
            try:
                part = await self._transport.receive(found - len(self._head))
            except OSError:
                part = b""
            if not part:
                if is_probe(self._head, pool):
                    return False
                raise WrongBytes(f"the end after {len(self._head)} bytes up to the plan")
            self._head += part
        self._begin(found)
        return True

    def waiting_plan(self, pool):
        """Returns the plan that has arrived but is not read yet, or None."""
        try:
            found = parse(self._head + self.socket.recv(PEEKED_BYTES, socket.MSG_PEEK), pool)
        except (OSError, NoPlan):
            return None
        return found if isinstance(found, Plan) else None

    async def run(self):
        """Follows the plan to its end.

        Raises Done after a reset by this end, WrongBytes, Lost, or OSError.
        """
        plan = self.plan
        if plan.ending == BOTH or plan.ending in RESETS:
            await self._both_ways()
            return
        for number in range(plan.rounds):
            if self._is_client and number and plan.pause and not self._hurries():
                await self._sleep(plan.pause)
            if self._is_client:
                await self._send(plan.up)
                await self._receive(plan.down)
            else:
                await self._receive(plan.up)
                await self._send(plan.down)
        if self._is_client == (plan.ending == CLIENT_FIRST):
            await self._transport.finish()
            await self._receive(plan.tail)
            await self._receive_end()
        else:
            await self._receive_end()
            if plan.tail and plan.pause:
                await self._sleep(plan.pause)
            await self._send(plan.tail)
            await self._transport.finish()

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.socket.close()

    def _begin(self, plan):
        self.plan = plan
        self.check = Check(plan.down_stream if self._is_client else plan.up_stream)
        if plan.staller == (CLIENT if self._is_client else BACKEND):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STALLED_BUFFER)

    async def _both_ways(self):
        plan = self.plan
        sends, receives = (plan.up, plan.down) if self._is_client else (plan.down, plan.up)
        resets = plan.ending == (CLIENT_RESETS if self._is_client else BACKEND_RESETS)
        halves = [asyncio.ensure_future(self._receive_all(receives)),
                  asyncio.ensure_future(self._send_all(plan.reset_at if resets else sends, resets))]
        try:
            await asyncio.wait(halves, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for half in halves:
                half.cancel()
            results = await asyncio.gather(*halves, return_exceptions=True)
        for result in results:  # the first is that of the receiver, whose wrong bytes count
            if isinstance(result, Exception):
                raise result

    async def _receive_all(self, count):
        await self._receive(count)
        await self._receive_end()

    async def _send_all(self, count, resets):
        await self._send(count)
        if resets:
            raise Done
        await self._transport.finish()

    async def _send(self, count):
        stream = self.plan.up_stream if self._is_client else self.plan.down_stream
        end = self.sent + count
        while self.sent < end:
            part = piece(stream, self.sent, end - self.sent)
            await self._transport.send(part)
            self.sent += len(part)
            self.progress = time.monotonic()

    async def _receive(self, count):
        end = self.received + count
        stalls = count > 1 and self.plan.stall and self.plan.staller == (CLIENT if self._is_client else BACKEND)
        while self.received < end:
            if stalls and self.received >= end - count // 2:
                stalls = False
                await self._sleep(self.plan.stall)
            part = await self._transport.receive(min(READ_BYTES, end - self.received))
            if not part:
                missing = f"an orderly end at byte {self.received:,}, expected {end:,}"
                if self.received > end - count:
                    raise Missing(missing)
                raise Lost(missing)
            self.check.take(part)
            now = time.monotonic()
            self.longest = max(self.longest, now - self.progress)
            self.progress = now

    async def _receive_end(self):
        extra = await self._transport.receive(READ_BYTES)
        if extra:
            raise WrongBytes(f"{len(extra)} bytes after the last one, {self.received:,}: {extra[:16].hex()}")
        self.progress = time.monotonic()

    async def _sleep(self, milliseconds):
        self.progress = time.monotonic()
        await asyncio.sleep(milliseconds / 1000)
        self.progress = time.monotonic()
