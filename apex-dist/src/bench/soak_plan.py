"""The plan of a connection: what each end sends, how it ends, and where an end stops reading or resets.

A client sends the plan as the first bytes, so the backend knows what to send, what to expect and how to end.
"""

import random
import struct
import zlib
from dataclasses import dataclass

# endings
CLIENT_FIRST = 0  # the client finishes, then the backend sends its tail and finishes
BACKEND_FIRST = 1  # the other way round
BOTH = 2  # both send at the same time and finish independently
CLIENT_RESETS = 3
BACKEND_RESETS = 4
RESETS = (CLIENT_RESETS, BACKEND_RESETS)

# the end that stops reading
NONE = 0
CLIENT = 1
BACKEND = 2

SHORT, SESSION, UP, DOWN, DUPLEX, STALL, RESET, HALF, BURST = range(9)
KINDS = ("short", "session", "upload", "download", "both", "stall", "reset", "half-close", "burst")

# entries, see soak_entry.py
PLAIN, TLS, ROUTED, QUEUED = range(4)
ENTRIES = ("plain", "tls", "routed", "queued")

_FORMAT = struct.Struct("<4sQBBBBIIIIIII")
_MAGIC = b"SOAK"
HEADER_BYTES = _FORMAT.size + 4
KIB = 1 << 10
MIB = 1 << 20


class NoPlan(Exception):
    """The first bytes of a connection are not a plan."""


@dataclass(frozen=True)
class Plan:
    """The plan of one connection."""

    number: int  # of the connection, unique in a soak; its streams have the numbers 2n and 2n + 1
    kind: int
    ending: int = CLIENT_FIRST
    staller: int = NONE
    entry: int = PLAIN
    rounds: int = 1  # in each of them the client sends, and then the backend
    up: int = 0  # bytes of the client in a round
    down: int = 0  # bytes of the backend in a round
    tail: int = 0  # bytes after the end of the other direction
    pause: int = 0  # ms between two rounds, and before the tail
    stall: int = 0  # ms without reading
    reset_at: int = 0  # bytes that the end which resets has sent before

    def encode(self):
        packed = _FORMAT.pack(_MAGIC, *vars(self).values())
        return packed + struct.pack("<I", zlib.crc32(packed))

    @classmethod
    def decode(cls, header):
        if len(header) < HEADER_BYTES or zlib.crc32(header[:-4]) != struct.unpack("<I", header[-4:])[0]:
            raise NoPlan(f"the first bytes are {header.hex()}")
        return cls(*_FORMAT.unpack(header[:-4])[1:])

    @property
    def up_stream(self):
        return 2 * self.number

    @property
    def down_stream(self):
        return 2 * self.number + 1

    def __str__(self):
        return f"{KINDS[self.kind]} {self.number:x} {ENTRIES[self.entry]}"


class Plans:
    """Makes random plans."""

    def __init__(self, seed, entries):
        """entries are those of plans without a given one, each as often as it is contained."""
        self._choose = random.Random(seed)
        self._entries = entries
        self._next = seed << 40

    def make(self, kind, **values):
        self._next += 1
        return Plan(self._next, kind, **{"entry": self._choose.choice(self._entries), **_MAKERS[kind](self._choose),
                                         **values})


def _short(choose):
    return {"ending": choose.choice((CLIENT_FIRST, BACKEND_FIRST)), "rounds": choose.choice((1, 1, 2, 3)),
            "up": choose.randrange(1, 4 * KIB), "down": choose.randrange(1, 12 * KIB)}


def _session(choose):
    pause = choose.randrange(100, 1000)
    return {"ending": choose.choice((CLIENT_FIRST, BACKEND_FIRST)), "pause": pause,
            "rounds": choose.randrange(5_000, 20_000) // pause + 1,
            "up": choose.randrange(16, 1500), "down": choose.randrange(16, 1500)}


def _upload(choose):
    return {"up": choose.randrange(4 * MIB, 24 * MIB), "down": choose.randrange(1, KIB)}


def _download(choose):
    return {"up": choose.randrange(1, KIB), "down": choose.randrange(4 * MIB, 24 * MIB), "ending": BACKEND_FIRST}


def _duplex(choose):
    return {"up": choose.randrange(1, 16 * MIB), "down": choose.randrange(1, 16 * MIB), "ending": BOTH}


def _stall(choose):
    sizes = {"up": choose.randrange(1, KIB), "down": choose.randrange(1, KIB), "stall": choose.randrange(1000, 5000)}
    staller = choose.choice((CLIENT, BACKEND))
    sizes["down" if staller == CLIENT else "up"] = choose.randrange(1 * MIB, 12 * MIB)
    return {**sizes, "staller": staller, "ending": choose.choice((CLIENT_FIRST, BACKEND_FIRST, BOTH))}


def _reset(choose):
    up, down = (choose.choice((choose.randrange(2, KIB), choose.randrange(KIB, MIB))) for _ in range(2))
    ending = choose.choice(RESETS)
    return {"up": up, "down": down, "ending": ending,
            "reset_at": choose.randrange(1, up if ending == CLIENT_RESETS else down)}


def _half(choose):
    tail = choose.choice((choose.randrange(1, 64), choose.randrange(1, 64 * KIB), choose.randrange(1, MIB)))
    return {"ending": choose.choice((CLIENT_FIRST, BACKEND_FIRST)), "tail": tail,
            "up": choose.randrange(0, 8 * KIB), "down": choose.randrange(0, 8 * KIB),
            "pause": choose.choice((0, 0, 200))}


_MAKERS = {SHORT: _short, SESSION: _session, UP: _upload, DOWN: _download, DUPLEX: _duplex, STALL: _stall,
           RESET: _reset, HALF: _half, BURST: _short}
