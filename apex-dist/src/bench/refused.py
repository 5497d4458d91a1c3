#!/usr/bin/env python3
"""Clients that a proxy refuses: refused.py HOST:PORT SOURCE COUNT RATE SECONDS BYTES

COUNT clients connect from the address SOURCE at a RATE per second, send BYTES, and wait for the end of their
connection, for SECONDS at most. BYTES is `half-header`, `half-hello` or `none`. Prints a line when all are connected,
and at the end one of JSON: the number of connections by their end, and the shortest and the longest one in seconds.
"""

import collections
import json
import select
import socket
import sys
import time

from first_bytes import client_hello, proxy_header
from hello import CHUNK, CONNECTING

IP_BIND_ADDRESS_NO_PORT = 24  # ip(7); socket has the name since Python 3.12
POLL = 0.01  # s, longest wait for an event


def half(data):
    return data[:len(data) // 2]


BYTES = {"half-header": lambda: half(proxy_header()), "half-hello": lambda: half(client_hello()), "none": lambda: b""}


class Client:
    """One connection."""

    def __init__(self, address, source):
        self.connected = None  # time
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.socket.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        self.socket.bind((source, 0))
        self.failed = self.socket.connect_ex(address) not in CONNECTING

    def proceed(self, events, data):
        """Handles events; returns how the connection has ended, or None."""
        first = self.connected is None
        if first:
            self.connected = time.monotonic()
        if self.failed:
            return "failed"
        try:
            if first and data and not events & (select.EPOLLERR | select.EPOLLHUP):
                self.socket.send(data)  # fits the send buffer
                return None
            return "answered" if self.socket.recv(CHUNK) else "closed"
        except BlockingIOError:
            return None
        except ConnectionResetError:
            return "reset"
        except OSError:
            return "failed"


def run(address, source, count, rate, seconds, data):
    """Returns the number of connections by their end, and their durations."""
    poll = select.epoll()
    clients = {}
    ends = collections.Counter()
    durations = []
    opened = connected = 0
    start = time.monotonic()
    while (opened < count or clients) and time.monotonic() < start + seconds:
        due = min(count, int((time.monotonic() - start) * rate) + 1)
        for _ in range(due - opened):
            client = Client(address, source)
            clients[client.socket.fileno()] = client
            poll.register(client.socket, select.EPOLLIN | select.EPOLLOUT)
        opened = due
        for descriptor, events in poll.poll(POLL):
            client = clients[descriptor]
            first = client.connected is None
            end = client.proceed(events, data)
            if first:
                poll.modify(descriptor, select.EPOLLIN)
                connected += 1
                if connected == count:
                    print("connected", flush=True)
            if end:
                ends[end] += 1
                durations.append(time.monotonic() - client.connected)
                client.socket.close()
                del clients[descriptor]
    ends["open"] += len(clients)
    return ends, durations


def main():
    host, port = sys.argv[1].split(":")
    source, (count, rate, seconds) = sys.argv[2], (int(number) for number in sys.argv[3:6])
    ends, durations = run((host, int(port)), source, count, rate, seconds, BYTES[sys.argv[6]]())
    print(json.dumps({"ends": +ends, "shortest": min(durations, default=0), "longest": max(durations, default=0)}))


if __name__ == "__main__":
    main()
