#!/usr/bin/env python3
"""A relay with faults, which shows that a soak finds them: faulty_relay.py HOST:PORT BACKEND FAULT

FAULT is flip (a byte is changed), swallow (a byte is missing), repeat (bytes are duplicated), swap (two bytes are
exchanged), truncate (the connection ends in order before its last bytes), drop (it is reset), cross (bytes of another
connection), hold (nothing arrives any more), leak (descriptors stay open), or none. A fault happens to a connection in
200.
"""

import asyncio
import contextlib
import os
import random
import socket
import struct
import sys

RARELY = 200  # connections
READ_BYTES = 1 << 16
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close resets
HOURS = 10_000  # s
SKIPPED = 100  # bytes before a fault, so that the plan of a connection is not affected

choose = random.Random(1)
leaked = []
other = bytearray(b"x")  # a byte of another connection


class Dropped(Exception):
    """The fault has ended the connection."""


def flip(data, at):
    data[at] ^= 1


def swallow(data, at):
    del data[at]


def repeat(data, at):
    data[at:at] = data[:at]


def swap(data, at):
    data[at - 1], data[at] = data[at], data[at - 1]


def cross(data, at):
    data[at:at + len(other)] = other


def truncate(data, at):
    del data[at:]


def drop(data, at):
    raise Dropped


def hold(data, at):
    del data[at:]


def leak(data, at):
    leaked.append(os.dup(0))


def none(data, at):
    pass


FAULTS = {fault.__name__: fault for fault in (flip, swallow, repeat, swap, cross, truncate, drop, hold, leak, none)}


async def pump(source, sink, fault):
    """Copies bytes, with a fault after the first ones; passes the end on."""
    loop = asyncio.get_running_loop()
    moved = 0
    while data := bytearray(await loop.sock_recv(source, READ_BYTES)):
        moved += len(data)
        if fault and moved > 2 * SKIPPED and len(data) > SKIPPED:
            fault(data, len(data) // 2)
            await loop.sock_sendall(sink, data)
            if fault is truncate:
                break
            if fault is hold:
                await asyncio.sleep(HOURS)
            fault = None
        else:
            await loop.sock_sendall(sink, data)
        other[:] = data[-16:]
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


async def relay(client, address, fault):
    loop = asyncio.get_running_loop()
    backend = socket.socket()
    backend.setblocking(False)
    pumps = []
    try:
        await loop.sock_connect(backend, address)
        pumps = [asyncio.ensure_future(pump(client, backend, None)),
                 asyncio.ensure_future(pump(backend, client, fault))]
        await asyncio.gather(*pumps)
    except (OSError, Dropped):  # passed on as a reset
        for one in pumps:
            one.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for connection in (client, backend):
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()
    backend.close()


async def main():
    listen, backend = (text.rsplit(":", 1) for text in sys.argv[1:3])
    fault = FAULTS[sys.argv[3]]
    listening = socket.create_server((listen[0], int(listen[1])), backlog=4096)
    listening.setblocking(False)
    address = backend[0], int(backend[1])
    tasks = set()
    while True:
        client, _ = await asyncio.get_running_loop().sock_accept(listening)
        task = asyncio.ensure_future(relay(client, address, fault if choose.randrange(RARELY) == 0 else None))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    asyncio.run(main())
