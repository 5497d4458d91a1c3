"""Reproducible streams of bytes, and their verification at the receiver.

A stream is given by its number. Each chunk of 64 KiB is a slice of one block of random bytes, at an offset that depends
on the number of the stream and of the chunk. So a byte that is wrong, missing, duplicated, out of order, or of another
stream is found, and both ends compute any part at the speed of memcpy.
"""

import random

CHUNK = 1 << 16
_OFFSETS = 1_048_573  # a prime number: offsets have no pattern of powers of two
_BLOCK = random.Random(1).randbytes(_OFFSETS + CHUNK)
_MASK = (1 << 64) - 1
_SHOWN = 16  # bytes in a message
_SEARCH = 1 << 17  # bytes around the expected position in which wrong bytes are looked up


class WrongBytes(Exception):
    """A received byte is not the one that was sent, or bytes are missing at an orderly end."""


def piece(stream, position, most):
    """Returns bytes of a stream from a position on: at least one, and at most to the end of the chunk."""
    number, offset = divmod(position, CHUNK)
    mixed = (stream * 0x9E3779B97F4A7C15 + number * 0xD1B54A32D192ED03) & _MASK
    mixed = ((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9) & _MASK
    start = (mixed ^ (mixed >> 32)) % _OFFSETS
    return _BLOCK[start + offset:start + min(CHUNK, offset + most)]


class Check:
    """Compares received bytes with a stream."""

    def __init__(self, stream):
        self._stream = stream
        self.position = 0

    def take(self, data):
        """Verifies the next bytes. Raises WrongBytes."""
        done = 0
        while done < len(data):
            expected = piece(self._stream, self.position, len(data) - done)
            if data[done:done + len(expected)] != expected:
                raise WrongBytes(self._difference(data[done:], expected))
            done += len(expected)
            self.position += len(expected)

    def _difference(self, found, expected):
        first = next(index for index in range(len(expected)) if found[index:index + 1] != expected[index:index + 1])
        at = self.position + first
        shown = found[first:first + _SHOWN]
        return (f"byte {at:,}: found {shown.hex()}, expected {expected[first:first + _SHOWN].hex()}"
                f"{self._whereabouts(found[first:first + _SHOWN], at)}")

    def _whereabouts(self, wrong, at):
        """Returns where the wrong bytes are in the stream, which shows missing and duplicated ranges."""
        if len(wrong) < _SHOWN:
            return ""
        position = max(0, at - _SEARCH) // CHUNK * CHUNK
        begin, pieces = position, []
        while position < at + _SEARCH:
            pieces.append(piece(self._stream, position, CHUNK))
            position += CHUNK
        index = b"".join(pieces).find(wrong)
        return "" if index < 0 else f"; these are the bytes from {begin + index:,} on"
