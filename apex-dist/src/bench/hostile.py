#!/usr/bin/env python3
"""Hostile clients and backends in one process:

  hostile.py GOOD BAD ADMIN EDGE SECURE ROUTED SECONDS RESETS INTERIM CHUNKS DEAF

The first arguments are addresses, HOST:PORT: of a listener for a good backend and one for hostile backends, of the
admin endpoint, and of listeners with PROXY protocol headers and routes, with TLS, and with a hostile router. The last
ones are ports of hostile backends: one that resets, two that never end an answer, and one that never accepts. The rates are
bounded, so that the process does not use up the machine. At the end it prints the number of attacks of each kind as a
line of JSON.
"""

import asyncio
import collections
import contextlib
import json
import random
import socket
import struct
import sys

from first_bytes import OTHER_NAME, client_hello, proxy_header

READERS = 200  # clients that start a download and do not read
RECEIVE_BUFFER = 64 * 1024
SMALL_WINDOWS = 32  # clients with the smallest receive buffer that read one byte per pause
SLOW_SENDERS = 64  # connections that send one byte per pause
SILENT = 500  # connections to the admin endpoint that send nothing
FLOOD = 200  # concurrent connections to the admin endpoint that are closed at once
BURST = 50  # concurrent clients that close at once
PAUSE = 0.5  # s between two steps of an attack
HOLD = 20  # s after which a silent or slow connection is replaced
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close resets
GARBAGE = 4096  # bytes
PIECES = (b"HTTP/1.1 100 Continue\r\n", b"X: " + b"x" * 60 + b"\r\n", b"\r\n")

counts = collections.Counter()
choose = random.Random(1)


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


async def connected(target, receive_buffer=None):
    """Returns a socket, or None if the connection failed: the proxy or the kernel can refuse it."""
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
    """Sends as many bytes as fit the send buffer of the socket."""
    with contextlib.suppress(OSError):
        client.send(data)


def reset(client):
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()


async def stalled_readers(good):
    """Runs clients that start a download and do not read; replaces them gradually."""
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


async def send_slowly(target, kind, data):
    """Sends data byte by byte on a connection, repeatedly on new connections."""
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
    """Holds a number of connections that send nothing, and replaces all of them after a time."""
    while True:
        clients = [client for client in [await connected(target) for _ in range(count)] if client]
        counts[kind] += len(clients)
        await asyncio.sleep(HOLD)
        for client in clients:
            client.close()


async def burst(target, kind, count, data=lambda: b"", leave=reset):
    """Runs concurrent clients that connect, send data and close at once, repeatedly; data() returns the bytes."""
    while True:
        clients = await asyncio.gather(*(connected(target) for _ in range(count)))
        for client in filter(None, clients):
            if sent := data():
                send(client, sent)
            leave(client)
            counts[kind] += 1
        await asyncio.sleep(PAUSE)


def half_close(client):
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
    asyncio.get_running_loop().call_later(PAUSE, client.close)


async def small_window(good):
    """Starts a download into the smallest receive buffer, and reads a byte per pause; repeatedly."""
    while True:
        client = await connected(good, 1)
        if client:
            counts["smallest windows"] += 1
            send(client, b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            for _ in range(int(HOLD / PAUSE)):
                with contextlib.suppress(OSError):
                    client.recv(1)
                await asyncio.sleep(PAUSE)
            reset(client)
        await asyncio.sleep(PAUSE)


def garbage():
    return choose.randbytes(GARBAGE)


def damaged(data):
    """Returns data with three random bytes."""
    changed = bytearray(data)
    for _ in range(3):
        changed[choose.randrange(len(changed))] = choose.randrange(256)
    return bytes(changed)


# ---- backends


async def resets(reader, writer):
    """Resets a connection, before or after some bytes."""
    counts["backend: reset"] += 1
    if choose.random() < 0.5:
        writer.write(b"x" * choose.randrange(GARBAGE))
    reset(writer.get_extra_info("socket").dup())
    writer.transport.abort()


async def interim(reader, writer):
    """Sends endless interim HTTP answers in small pieces, and never a final status."""
    counts["backend: interim answers"] += 1
    with contextlib.suppress(OSError):
        while not writer.is_closing():
            for piece in PIECES:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(PAUSE / 100)


async def chunks(reader, writer):
    """Sends an endless HTTP body in chunks of one byte."""
    counts["backend: chunks of a byte"] += 1
    with contextlib.suppress(OSError):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(PAUSE / 100)


def deaf(port):
    """Returns a listening socket with a full queue: the kernel ignores further SYNs, and connects time out."""
    listening = socket.create_server(("127.0.0.1", port), backlog=0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        fillers.append(filler)
    return listening, fillers


def attacks_of_first_bytes(edge, secure, routed):
    header, hello = proxy_header(), client_hello()
    return [
        *(send_slowly(edge, "slow PROXY headers", header) for _ in range(SLOW_SENDERS // 2)),
        *(send_slowly(edge, "slow ClientHellos", header + hello) for _ in range(SLOW_SENDERS // 2)),
        *(send_slowly(secure, "slow TLS handshakes", hello) for _ in range(SLOW_SENDERS // 2)),
        silent(edge, "clients without a PROXY header", BURST),
        silent(secure, "clients without a ClientHello", BURST),
        burst(edge, "damaged PROXY headers", BURST // 5, lambda: damaged(header) + hello),
        burst(edge, "damaged ClientHellos", BURST // 5, lambda: header + damaged(hello)),
        burst(edge, "names without a route", BURST // 5, lambda: header + client_hello(OTHER_NAME)),
        burst(edge, "clients with random bytes in place of a header", BURST // 5, garbage),
        burst(secure, "TLS handshakes that are left", BURST // 5, lambda: hello),
        burst(secure, "damaged TLS handshakes", BURST // 5, lambda: damaged(hello) + garbage()),
        burst(secure, "TLS clients with random bytes", BURST // 5, garbage),
        burst(routed, "clients of a hostile router", BURST // 5, lambda: b"x"),
    ]


async def attack(good, bad, admin, edge, secure, routed, seconds, ports):
    for backend, port in zip((resets, interim, chunks), ports):
        await asyncio.start_server(backend, "127.0.0.1", port)
    kept = deaf(ports[-1])
    print("ready", flush=True)
    request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    attacks = [
        stalled_readers(good),
        *(send_slowly(good, "slow clients", b"ping" * 10) for _ in range(SLOW_SENDERS)),
        *(send_slowly(admin, "slow admin requests", request) for _ in range(SLOW_SENDERS)),
        silent(admin, "silent admin connections", SILENT),
        burst(admin, "admin connections that close at once", FLOOD),
        burst(admin, "admin requests whose answers are not read", BURST // 5, lambda: request),
        burst(admin, "admin connections with random bytes", BURST // 5, garbage),
        burst(good, "clients that reset at once", BURST),
        burst(good, "clients that send a byte and reset", BURST, lambda: b"x"),
        burst(good, "clients with random bytes", BURST // 5, lambda: b"\0" + garbage()),
        burst(good, "clients that half-close", BURST // 5, lambda: b"x", half_close),
        burst(bad, "clients of hostile backends that close at once", BURST // 5),
        silent(bad, "clients of hostile backends that wait", BURST),
        *(small_window(good) for _ in range(SMALL_WINDOWS)),
        *attacks_of_first_bytes(edge, secure, routed),
    ]
    tasks = [asyncio.ensure_future(one) for one in attacks]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()  # an attack ends only by a defect of this program
    del kept
    print(json.dumps(counts), flush=True)


def main():
    addresses, seconds, ports = sys.argv[1:7], sys.argv[7], sys.argv[8:]
    asyncio.run(attack(*map(address, addresses), float(seconds), [int(port) for port in ports]))


if __name__ == "__main__":
    main()
