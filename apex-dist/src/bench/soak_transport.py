"""The bytes of a connection of a soak: as they are, or within TLS."""

import asyncio
import contextlib
import errno
import socket
import ssl

READ_BYTES = 1 << 16  # of TLS records at a time


class Plain:
    """A connection without TLS."""

    def __init__(self, connection):
        self.socket = connection
        self._loop = asyncio.get_running_loop()

    async def open(self):
        """Prepares the connection after the connect."""

    async def receive(self, most):
        """Returns bytes, or none at the end of the stream."""
        return await self._loop.sock_recv(self.socket, most)

    async def send(self, data):
        await self._loop.sock_sendall(self.socket, data)

    async def finish(self):
        """Ends the stream of this side. The other one continues."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                raise
            raise ConnectionResetError(error.errno, "reset before its end") from error


class Secure:
    """The client of a connection with TLS.

    An end of the stream without close_notify is an error, except for a proxy that does not send it.
    """

    def __init__(self, connection, context, server_name, expects_close_notify):
        self.socket = connection
        self._loop = asyncio.get_running_loop()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._expects_close_notify = expects_close_notify
        self._sending = asyncio.Lock()
        self._ready = b""  # received bytes that no call has returned yet
        self._ended = False

    async def open(self):
        while True:
            try:
                self._tls.do_handshake()
                await self._flush()
                return
            except ssl.SSLWantReadError:
                await self._fill()

    async def receive(self, most):
        while not self._ready and not self._ended:
            try:
                self._read(most)
            except ssl.SSLWantReadError:
                await self._fill()
        part, self._ready = self._ready[:most], self._ready[most:]
        return part

    async def send(self, data):
        self._tls.write(data)
        await self._flush()

    async def finish(self):
        self._drain()
        with contextlib.suppress(ssl.SSLWantReadError):  # the close_notify of the other side has not arrived
            self._tls.unwrap()
        await self._flush()

    def _drain(self):
        """Reads all that has arrived. OpenSSL would discard it while it looks for the close_notify."""
        with contextlib.suppress(ssl.SSLWantReadError):
            while not self._ended:
                self._read(READ_BYTES)

    def _read(self, most):
        try:
            part = self._tls.read(most)
        except ssl.SSLZeroReturnError:
            part = b""
        except ssl.SSLEOFError:
            if self._expects_close_notify:
                raise
            part = b""
        self._ready += part
        self._ended = not part

    async def _fill(self):
        await self._flush()
        part = await self._loop.sock_recv(self.socket, READ_BYTES)
        if part:
            self._incoming.write(part)
        else:
            self._incoming.write_eof()

    async def _flush(self):
        async with self._sending:
            while self._outgoing.pending:
                await self._loop.sock_sendall(self.socket, self._outgoing.read())
