#!/usr/bin/env python3
"""Clients of short connections: hello.py HOST:PORT SECONDS CONNECTIONS PROCESSES HEADER

Each client connects, sends a TLS ClientHello in one segment, and reads until the end of the stream, repeatedly. With
the HEADER `proxy`, a PROXY protocol header is in front of the ClientHello; with `none`, it is not. Every other answer
than the expected one is an error. Prints figures as JSON, like report.lua.
"""

import array
import collections
import concurrent.futures
import errno
import gc
import json
import select
import socket
import sys
import time

from first_bytes import ANSWER, client_hello, proxy_header
from ping import percentile

CONNECTING = (0, errno.EINPROGRESS)  # results of a connect that does not block
CHUNK = 4096  # most bytes of one receive call
DRAIN = 10  # s after the end in which open connections can finish
POLL = 0.1  # s, longest wait for an event


class Client:
    """One connection."""

    def __init__(self, address, data):
        self.began = time.perf_counter_ns()
        self.unsent = data
        self.received = b""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.error = None if self.socket.connect_ex(address) in CONNECTING else "connect"
        self.send()  # on loopback, the connection is usually established here

    def send(self):
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent):]
        except BlockingIOError:
            pass
        except OSError:
            self.error = self.error or "write"

    def proceed(self):
        """Handles an event; returns whether the connection has ended."""
        if self.unsent:
            self.send()
        try:
            part = self.socket.recv(CHUNK)
        except BlockingIOError:
            return self.error is not None
        except OSError:
            self.error = self.error or "read"
            return True
        if part:
            self.received += part
            return len(self.received) > CHUNK
        return True


def run(address, seconds, connections, data):
    """Returns the latencies in ns, the errors by kind, and the time in s."""
    gc.disable()
    poll = select.epoll()
    clients = {}
    latencies = array.array("Q")
    errors = collections.Counter()
    start = time.monotonic()
    end = start + seconds

    def finish(client):
        client.socket.close()
        if client.error is None and client.received != ANSWER:
            client.error = "answer"
        if client.error:
            errors[client.error] += 1
        else:
            latencies.append(time.perf_counter_ns() - client.began)

    def begin():
        client = Client(address, data)
        if client.error:
            finish(client)
            return
        descriptor = client.socket.fileno()
        clients[descriptor] = client
        poll.register(descriptor, select.EPOLLIN | (select.EPOLLOUT if client.unsent else 0))

    while True:
        now = time.monotonic()
        if now < end:
            for _ in range(connections - len(clients)):
                begin()
        elif not clients or now > end + DRAIN:
            break
        for descriptor, _ in poll.poll(POLL):
            client = clients[descriptor]
            pending = bool(client.unsent)
            if client.proceed():
                del clients[descriptor]
                finish(client)
            elif pending and not client.unsent:
                poll.modify(descriptor, select.EPOLLIN)
    if clients:
        errors["timeout"] += len(clients)
    return latencies, errors, time.monotonic() - start


def main():
    host, port = sys.argv[1].split(":")
    seconds, connections, processes = (int(number) for number in sys.argv[2:5])
    data = (proxy_header() if sys.argv[5] == "proxy" else b"") + client_hello()
    shares = [connections // processes + (index < connections % processes) for index in range(processes)]
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        runs = [pool.submit(run, (host, int(port)), seconds, share, data) for share in shares if share]
        results = [one.result() for one in runs]
    ordered = sorted(latency for latencies, _, _ in results for latency in latencies)
    errors = sum((counted for _, counted, _ in results), collections.Counter())
    print("figures " + json.dumps({
        "requests": len(ordered), "bytes": len(ordered) * len(ANSWER),
        "microseconds": int(max(taken for _, _, taken in results) * 1e6),
        "p50": percentile(ordered, 0.5) * 1e3 if ordered else 0,
        "p99": percentile(ordered, 0.99) * 1e3 if ordered else 0,
        "errors": errors}))


if __name__ == "__main__":
    main()
