#!/usr/bin/env python3
"""Clients that make a TLS handshake for each request: handshake.py HOST:PORT SECONDS CONNECTIONS PROCESSES KIND

Each client connects, makes a handshake of TLS 1.3, requests the small file, and reads until the close_notify of the
proxy, repeatedly. With the KIND `full`, no client has a session. With `resumed`, each resumes the session that the
first one of its process has received; a full handshake is then an error. Prints figures as JSON, like report.lua.
"""

import contextlib
import functools
import select
import socket
import ssl
import sys

import secure
import short
from proxies import SMALL_FILE_BYTES

BODY = b"x" * SMALL_FILE_BYTES


class Client:
    """One connection. The connect blocks, which on loopback takes no time."""

    def __init__(self, context, address, session):
        self.socket = socket.socket()
        self.error = None
        self._resumes = session is not None
        self._is_secure = False
        self._received = b""
        try:
            self.socket.settimeout(secure.TIMEOUT)
            self.socket.connect(address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            self.socket = secure.wrapped(context, self.socket, session)
        except OSError:
            self.error = "connect"

    def proceed(self):
        """Handles an event; returns the events to wait for, or None at the end."""
        if self.error:
            return None
        try:
            if not self._is_secure:
                self.socket.do_handshake()
                self._is_secure = True
                self.socket.send(secure.REQUEST)  # less than the send buffer
            while part := self.socket.recv(secure.CHUNK):
                self._received += part
            self._end()
            return None
        except ssl.SSLWantReadError:
            return select.EPOLLIN
        except ssl.SSLWantWriteError:
            return select.EPOLLOUT
        except OSError:
            self.error = "read" if self._is_secure else "handshake"
            return None

    def _end(self):
        if not self._received.endswith(BODY):
            self.error = "answer"
        elif self._resumes and not self.socket.session_reused:
            self.error = "full handshake"
        with contextlib.suppress(OSError):
            self.socket.unwrap()  # sends close_notify


def run(address, seconds, kind, connections):
    context = secure.client_context()
    session = secure.exchange(context, address) if kind == "resumed" else None
    return short.loop(functools.partial(Client, context, address, session), seconds, connections)


def main():
    host, port = sys.argv[1].split(":")
    seconds, connections, processes = (int(number) for number in sys.argv[2:5])
    short.main(functools.partial(run, (host, int(port)), seconds, sys.argv[5]), connections, processes, len(BODY))


if __name__ == "__main__":
    main()
