#!/usr/bin/env python3
"""Clients of short connections: hello.py HOST:PORT SECONDS CONNECTIONS PROCESSES HEADER

Each client connects, sends a TLS ClientHello in one segment, and reads until the end of the stream, repeatedly. With
the HEADER `proxy`, a PROXY protocol header is in front of the ClientHello; with `none`, it is not. Every other answer
than the expected one is an error. Prints figures as JSON, like report.lua.
"""

import errno
import functools
import select
import socket
import sys

import short
from first_bytes import ANSWER, client_hello, proxy_header

CONNECTING = (0, errno.EINPROGRESS)  # results of a connect that does not block
CHUNK = 4096  # most bytes of one receive call


class Client:
    """One connection."""

    def __init__(self, address, data):
        self.unsent = data
        self.received = b""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.error = None if self.socket.connect_ex(address) in CONNECTING else "connect"

    def send(self):
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent):]
        except BlockingIOError:
            pass
        except OSError:
            self.error = "write"

    def proceed(self):
        """Handles an event; returns the events to wait for, or None at the end."""
        if self.unsent and not self.error:
            self.send()  # on loopback, the connection is usually established at once
        if self.error:
            return None
        try:
            part = self.socket.recv(CHUNK)
        except BlockingIOError:
            return select.EPOLLIN | (select.EPOLLOUT if self.unsent else 0)
        except OSError:
            self.error = "read"
            return None
        self.received += part
        if part and len(self.received) <= CHUNK:
            return select.EPOLLIN
        if self.received != ANSWER:
            self.error = "answer"
        return None


def run(address, seconds, data, connections):
    return short.loop(functools.partial(Client, address, data), seconds, connections)


def main():
    host, port = sys.argv[1].split(":")
    seconds, connections, processes = (int(number) for number in sys.argv[2:5])
    data = (proxy_header() if sys.argv[5] == "proxy" else b"") + client_hello()
    short.main(functools.partial(run, (host, int(port)), seconds, data), connections, processes, len(ANSWER))


if __name__ == "__main__":
    main()
