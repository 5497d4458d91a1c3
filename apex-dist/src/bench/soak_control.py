"""The connection over which the soak controls the processes of its load: commands and answers as lines of JSON."""

import asyncio
import json
import socket

TIMEOUT = 60  # s for an answer; the processes share the processors with the proxy


async def serve(address, commands):
    """Serves commands: functions by name, which return an answer."""

    async def answer(reader, writer):
        while line := await reader.readline():
            name, arguments = json.loads(line)
            writer.write(json.dumps(commands[name](*arguments)).encode() + b"\n")
            await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, *address, limit=1 << 20)


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def named_address(text):
    """Parses NAME=HOST:PORT."""
    name, _, host_and_port = text.partition("=")
    return name, address(host_and_port)


class Control:
    """The controlling end."""

    def __init__(self, address):
        self._socket = socket.create_connection(address, TIMEOUT)
        self._file = self._socket.makefile("rw")

    def ask(self, name, *arguments):
        self._file.write(json.dumps([name, arguments]) + "\n")
        self._file.flush()
        return json.loads(self._file.readline())

    def close(self):
        self._file.close()
        self._socket.close()
