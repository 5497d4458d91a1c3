#!/usr/bin/env python3
"""Hostile clients and backends in one process: hostile.py GOOD BAD ADMIN SECONDS RESETS INTERIM CHUNKS DEAF

GOOD and BAD are addresses of listeners, ADMIN that of the admin endpoint, all HOST:PORT. The others are the ports of
hostile backends: one that resets, two that never end an answer, and one that never accepts. The rates are bounded: the
process is to be a nuisance to the proxy, not to use up the machine. Prints how often each kind of attack was done, as
JSON, one line at the end.
"""

import asyncio
import collections
import contextlib
import json
import random
import socket
import struct
import sys

READERS = 200  # clients that start a download and do not read
RECEIVE_BUFFER = 64 * 1024
DRIBBLERS = 64  # connections that get or send one byte from time to time
SILENT = 500  # connections to the admin endpoint that say nothing
FLOOD = 200  # connections to the admin endpoint at once, opened and dropped
STORM = 50  # clients at once that leave
PAUSE = 0.5  # s between two steps of an attack
HOLD = 20  # s that a silent or slow connection is kept before a new one takes its place
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close resets
GARBAGE = 4096  # bytes
PIECES = (b"HTTP/1.1 100 Continue\r\n", b"X: " + b"x" * 60 + b"\r\n", b"\r\n")

counts = collections.Counter()
choose = random.Random(1)


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


async def connected(target, receive_buffer=None):
    """Returns a socket, or None where the connection failed: the proxy may refuse, as may the kernel."""
    client = socket.socket()
    client.setblocking(False)
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(client, target), HOLD)
        return client
    except (OSError, asyncio.TimeoutError):
        counts["connections that failed"] += 1
        client.close()
        return None


def send(client, data):
    """What does not fit the socket's buffer is left out."""
    with contextlib.suppress(OSError):
        client.send(data)


def reset(client):
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()


async def stalled_readers(good):
    """Clients that start a download and do not read; they are replaced, a few at a time."""
    readers = collections.deque()
    while True:
        client = await connected(good, RECEIVE_BUFFER)
        if client:
            send(client, b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            readers.append(client)
            counts["stalled readers"] += 1
        if len(readers) > READERS:
            reset(readers.popleft())
        await asyncio.sleep(PAUSE / 10 if len(readers) < READERS else PAUSE)


async def dribble(target, kind, data):
    """One connection that sends a byte at a time, and is then replaced."""
    while True:
        client = await connected(target)
        for byte in data if client else b"":
            send(client, bytes([byte]))
            await asyncio.sleep(PAUSE)
        if client:
            client.close()
        counts[kind] += 1
        await asyncio.sleep(PAUSE)


async def silent(target, kind, count):
    """Connections that say nothing, all at once, replaced after a while."""
    while True:
        clients = [client for client in [await connected(target) for _ in range(count)] if client]
        counts[kind] += len(clients)
        await asyncio.sleep(HOLD)
        for client in clients:
            client.close()


async def storm(target, kind, count, data=b"", leave=reset):
    """Clients that come together, send something, and leave at once."""
    while True:
        clients = await asyncio.gather(*(connected(target) for _ in range(count)))
        for client in filter(None, clients):
            if data:
                send(client, data)
            leave(client)
            counts[kind] += 1
        await asyncio.sleep(PAUSE)


def half_close(client):
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
    asyncio.get_running_loop().call_later(PAUSE, client.close)


# ---- backends


async def resets(reader, writer):
    """Takes a connection and resets it, before or after some bytes."""
    counts["backend: reset"] += 1
    if choose.random() < 0.5:
        writer.write(b"x" * choose.randrange(GARBAGE))
    reset(writer.get_extra_info("socket").dup())
    writer.transport.abort()


async def interim(reader, writer):
    """An HTTP answer that never comes to its status: interim answers without end, in small pieces."""
    counts["backend: interim answers"] += 1
    with contextlib.suppress(OSError):
        while not writer.is_closing():
            for piece in PIECES:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(PAUSE / 100)


async def chunks(reader, writer):
    """An HTTP body in chunks of one byte."""
    counts["backend: chunks of a byte"] += 1
    with contextlib.suppress(OSError):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(PAUSE / 100)


def deaf(port):
    """A socket whose queue is full, so that the kernel ignores further SYNs: connects hang."""
    listening = socket.create_server(("127.0.0.1", port), backlog=0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        fillers.append(filler)
    return listening, fillers


async def attack(good, bad, admin, seconds, ports):
    for backend, port in zip((resets, interim, chunks), ports):
        await asyncio.start_server(backend, "127.0.0.1", port)
    kept = deaf(ports[-1])
    print("ready", flush=True)
    request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    attacks = [
        stalled_readers(good),
        *(dribble(good, "dribbling clients", b"ping" * 10) for _ in range(DRIBBLERS)),
        *(dribble(admin, "dribbled admin requests", request) for _ in range(DRIBBLERS)),
        silent(admin, "silent admin connections", SILENT),
        storm(admin, "admin connections that leave", FLOOD),
        storm(admin, "admin requests whose answers are not read", STORM // 5, request),
        storm(admin, "admin connections with garbage", STORM // 5, choose.randbytes(GARBAGE)),
        storm(good, "clients that reset at once", STORM),
        storm(good, "clients that send a byte and reset", STORM, b"x"),
        storm(good, "clients with garbage", STORM // 5, b"\0" + choose.randbytes(GARBAGE)),
        storm(good, "clients that half-close", STORM // 5, b"x", half_close),
        storm(bad, "clients of hostile backends that leave", STORM // 5),
        silent(bad, "clients of hostile backends that wait", STORM),
    ]
    tasks = [asyncio.ensure_future(one) for one in attacks]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()  # an attack ends by a defect of this program only
    del kept
    print(json.dumps(counts), flush=True)


def main():
    good, bad, admin, seconds, *ports = sys.argv[1:]
    asyncio.run(attack(address(good), address(bad), address(admin), float(seconds), [int(port) for port in ports]))


if __name__ == "__main__":
    main()
