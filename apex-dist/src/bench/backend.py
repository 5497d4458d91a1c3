#!/usr/bin/env python3
"""A backend for small messages and for bulk at one address: backend.py HOST:PORT

The first byte of a connection selects the protocol. 'G' begins an HTTP request, which a second process answers with a
body of zeros: 10 MiB for /large, endless for any other path. With any other byte, the connection echoes messages.
Messages and bulk have separate processes, so that bulk does not delay messages in the backend.
"""

import os
import selectors
import signal
import socket
import sys

BACKLOG = 4096
MESSAGE_BYTES = 4096  # most bytes of one read; messages are far smaller
REQUEST_BYTES = 8192  # longest request; a request of wrk has about 50 bytes
LARGE = b"GET /large "
LARGE_BYTES = 10 * 1024 ** 2
ENDLESS_BYTES = 1 << 50
ENDLESS_SEND_BUFFER = 256 * 1024  # by default, the kernel holds up to 4 MiB for each client that does not read
STEP_BYTES = 256 * 1024  # most bytes sent to a client before the next client is served
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n"


def echo(listening, bulk):
    """Accepts connections, echoes messages, and passes connections for bulk to the other process."""
    selector = selectors.DefaultSelector()
    selector.register(listening, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listening:
                connection, _ = listening.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(connection, selectors.EVENT_READ, data="first")
            elif key.data == "first" and is_request(key.fileobj):
                selector.unregister(key.fileobj)
                socket.send_fds(bulk, [b"+"], [key.fd])
                key.fileobj.close()
            else:
                if key.data:
                    selector.modify(key.fileobj, selectors.EVENT_READ)
                if not answer(key.fileobj):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def is_request(connection):
    try:
        return connection.recv(1, socket.MSG_PEEK) == b"G"
    except OSError:
        return False


def answer(connection):
    """Echoes a message; returns False at the end of the stream. A message fits the send buffer of the socket."""
    try:
        message = connection.recv(MESSAGE_BYTES)
        connection.sendall(message)
        return bool(message)
    except OSError:
        return False


class Download:
    """The state of a connection that receives bodies of zeros."""

    def __init__(self, connection):
        self.connection = connection
        self._request = b""
        self._head = b""
        self._left = 0  # remaining bytes of the body

    def proceed(self, zeros):
        """Reads and writes without blocking; returns the event to wait for, or None if the client has closed."""
        try:
            if not self._left and not self._head and not self._receive():
                return selectors.EVENT_READ if self._request else None
            if self._head:
                self._head = self._head[self.connection.send(self._head):]
            if not self._head:
                offset = -self._left % LARGE_BYTES
                step = min(STEP_BYTES, LARGE_BYTES - offset)
                self._left -= os.sendfile(self.connection.fileno(), zeros, offset, step)
        except BlockingIOError:
            pass
        except OSError:
            return None
        return selectors.EVENT_WRITE if self._left else selectors.EVENT_READ

    def _receive(self):
        """Reads a part of a request; returns whether it is complete."""
        part = self.connection.recv(REQUEST_BYTES)
        self._request += part
        if not part or len(self._request) > REQUEST_BYTES:
            self._request = b""
            return False
        if b"\r\n\r\n" not in self._request:
            return False
        self._left = LARGE_BYTES if self._request.startswith(LARGE) else ENDLESS_BYTES
        if self._left == ENDLESS_BYTES:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ENDLESS_SEND_BUFFER)
        self._head = HEAD.format(self._left).encode()
        self._request = b""
        return True


def serve_bulk(control):
    """Serves connections from the other process in one thread. With a thread per connection, a client of small
    messages would mostly wait for a processor and not for its proxy."""
    zeros = os.memfd_create("zeros")
    os.truncate(zeros, LARGE_BYTES)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is control:
                received, descriptors, _, _ = socket.recv_fds(control, 1, 1)
                if not received:
                    return  # the other process has ended
                connection = socket.socket(fileno=descriptors[0])
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ, Download(connection))
                continue
            events = key.data.proceed(zeros)
            if events is None:
                selector.unregister(key.fileobj)
                key.fileobj.close()
            elif events != key.events:
                selector.modify(key.fileobj, events, key.data)


def main():
    host, port = sys.argv[1].split(":")
    listening = socket.create_server((host, int(port)), backlog=BACKLOG)
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        listening.close()
        ours.close()
        serve_bulk(theirs)
    else:
        theirs.close()
        echo(listening, ours)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    main()
