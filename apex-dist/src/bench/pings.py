"""Latency of small messages through a proxy to an echo server (backend.py), measured by the process ping.py."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from comparison import text

HERE = Path(__file__).resolve().parent
PATIENCE = 40  # s by which the client can exceed its time: it waits 30 s for a message


@dataclass(frozen=True)
class Latency:
    """The latencies of the messages of a run, in ms."""

    count: int
    p50: float
    p99: float
    most: float


class Pings:
    """A running client that sends a message every millisecond over one connection."""

    def __init__(self, comparison, target, seconds):
        self._seconds = seconds
        self._target = target
        command = [sys.executable, str(HERE / "ping.py"), text(target.address), str(seconds)]
        self._process = comparison.start_client("ping", (command, None))
        self._process.await_output()

    def latency(self):
        """Waits for the end of the client; returns the latencies."""
        lines = self._process.await_end(self._seconds + PATIENCE)
        self._target.check()
        return Latency(**json.loads(lines[-1]))


def start_backend(comparison):
    """Starts the backend for small messages and bulk; returns its address and its processes."""
    address = comparison.next_address()
    command = [sys.executable, str(HERE / "backend.py"), text(address)]
    return address, comparison.start("backend", (command, None), address)[0]
