"""The entries of a soak: the ways on which a client reaches a backend, and the bytes in front of its plan.

- plain: nothing is in front
- tls: the same, within TLS that the proxy terminates
- routed: a PROXY protocol header and a ClientHello, by whose server name the proxy chooses the pool
- queued: the same with another server name; the backends of its pool have few connections, so that clients wait

The proxy replaces the header by one of its own with the same source, and leaves the ClientHello as it is. Both depend
on the number of the connection, so those of another connection are noticed.
"""

import functools
import hashlib
import socket
import struct

from first_bytes import PROXY_COMMAND, PROXY_SIGNATURE, TCP_OVER_IPV4, proxy_header
from soak_plan import ENTRIES, HEADER_BYTES, PLAIN, QUEUED, ROUTED, TLS, NoPlan, Plan

SERVER_NAMES = {ROUTED: "routed.example", QUEUED: "queued.example"}
LISTENER_OF = {PLAIN: "plain", TLS: "secure", ROUTED: "edge", QUEUED: "edge"}
ENTRIES_OF = {"soak": (PLAIN, TLS), "routed": (ROUTED,), "queued": (QUEUED,)}

_V1 = b"PROXY "
_V1_LEAST = 32  # bytes of a header of version 1 with two IPv4 addresses
_V1_MOST = 107
_V2 = struct.Struct("!12sBBH")
_V2_IPV4 = struct.Struct("!4s4sHH")
_RECORD = struct.Struct("!BHH")  # type, version and length of a TLS record
_HANDSHAKE = 22


def prefix(plan):
    """Returns what a client sends in front of its plan."""
    if plan.entry not in SERVER_NAMES:
        return b""
    address, port = _source(plan.number)
    return proxy_header(socket.inet_aton(address), port) + _client_hello(plan.entry, plan.number)


def parse(data, pool):
    """Returns the plan behind the first bytes of a connection at a backend of a pool, or how many bytes are needed.

    Raises NoPlan.
    """
    header = hello = 0  # ends
    if _has_header(pool):
        header = _header_end(data)
        hello = header + _RECORD.size
        if len(data) < hello:
            return header if len(data) < header else hello
        hello += _RECORD.unpack(data[header:hello])[2]
    end = hello + HEADER_BYTES
    if len(data) < end:
        return end
    plan = Plan.decode(data[hello:end])
    if plan.entry not in ENTRIES_OF[pool]:
        raise NoPlan(f"a connection of the entry {ENTRIES[plan.entry]} at a backend of the pool {pool}")
    if _has_header(pool):
        _verify(plan, data[:header], data[header:hello])
    return plan


def is_probe(data, pool):
    """Returns whether a connection with no more bytes is a probe: without bytes, or with a header of the proxy."""
    return not data or _has_header(pool) and len(data) <= _header_end(data)


def _has_header(pool):
    return pool != "soak"


def _header_end(data):
    """Returns the length of the PROXY protocol header, or of the part of it that is needed to know the length."""
    if len(data) < _V2.size:
        return _V2.size
    if data.startswith(PROXY_SIGNATURE):
        return _V2.size + _V2.unpack(data[:_V2.size])[3]
    end = data.find(b"\r\n", 0, _V1_MOST)
    if not data.startswith(_V1) or end < 0 and len(data) >= _V1_MOST:
        raise NoPlan(f"no PROXY protocol header: {data[:_V1_MOST].hex()}")
    return end + 2 if end >= 0 else max(_V1_LEAST, len(data) + 1)


def _verify(plan, header, hello):
    found, expected = _source_of(header), _source(plan.number)
    if found != expected:
        raise NoPlan(f"{plan}: the header has the source {found}, expected {expected}")
    if hello != _client_hello(plan.entry, plan.number):
        raise NoPlan(f"{plan}: another ClientHello: {hello.hex()}")


def _source_of(header):
    """Returns the source in a header, or None."""
    if header.startswith(_V1):
        words = header.decode(errors="replace").split()
        return (words[2], int(words[4])) if len(words) == 6 else None
    _, command, family, _ = _V2.unpack(header[:_V2.size])
    if (command, family) != (PROXY_COMMAND, TCP_OVER_IPV4):
        return None
    address, _, port, _ = _V2_IPV4.unpack(header[_V2.size:_V2.size + _V2_IPV4.size])
    return socket.inet_ntoa(address), port


def _source(number):
    """Returns the address and the port that a client claims to have."""
    return f"198.18.{number >> 8 & 255}.{number & 255}", 1024 + number % 60_000


@functools.lru_cache(maxsize=1)
def _client_hello(entry, number):
    """Returns a ClientHello of TLS 1.2 in one record, with random bytes that follow from the number."""
    name = SERVER_NAMES[entry].encode()
    extension = struct.pack("!HHHBH", 0, len(name) + 5, len(name) + 3, 0, len(name)) + name
    random = hashlib.sha256(b"%d" % number).digest()
    cipher_suites_and_compression = struct.pack("!HHBB", 2, 0xC02F, 1, 0)
    body = b"\3\3" + random + b"\0" + cipher_suites_and_compression + struct.pack("!H", len(extension)) + extension
    return _RECORD.pack(_HANDSHAKE, 0x0301, len(body) + 4) + b"\1" + len(body).to_bytes(3, "big") + body
