#!/usr/bin/env python3
"""A client of small messages: ping.py HOST:PORT SECONDS

Sends a message every millisecond over one connection, without waiting for the echoes of earlier messages, and prints
latencies in milliseconds as JSON. A separate process, so that no other client delays it. A client that waits for each
echo would send few messages while the proxy is slow, and a long delay would count only once.
"""

import gc
import json
import math
import select
import socket
import sys
import time

MESSAGE = b"p" * 64
INTERVAL = 1_000_000  # ns
TIMEOUT = 30  # s for one echo
CHUNK = 65536  # most bytes of one receive call


def latencies(address, seconds):
    """Returns the latencies of all messages in send order, in ns."""
    with socket.create_connection(address, TIMEOUT) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(MESSAGE)
        receive(connection, len(MESSAGE))  # the first message waits for the connection to the backend
        print("connected", flush=True)
        sent, taken, received = [], [], 0
        due = time.perf_counter_ns()
        end = due + int(seconds * 1e9)
        while due < end or len(taken) < len(sent):
            now = time.perf_counter_ns()
            if now >= due and due < end:
                sent.append(now)
                connection.sendall(MESSAGE)
                due += INTERVAL
                continue
            if len(taken) < len(sent) and now - sent[len(taken)] > TIMEOUT * 1e9:
                raise TimeoutError(f"no echo within {TIMEOUT} s")
            wait = (due - now) / 1e9 if due < end else TIMEOUT
            if select.select([connection], [], [], wait)[0]:
                received += receive(connection, CHUNK)
                now = time.perf_counter_ns()
                taken += [now - began for began in sent[len(taken):received // len(MESSAGE)]]
        return taken


def receive(connection, most):
    part = connection.recv(most)
    if not part:
        raise ConnectionError("the connection was closed")
    return len(part)


def percentile(ordered, share):
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] / 1e6


def main():
    host, port = sys.argv[1].split(":")
    gc.disable()
    try:
        ordered = sorted(latencies((host, int(port)), float(sys.argv[2])))
    except OSError as error:
        sys.exit(f"ping: {error or type(error).__name__}")
    print(json.dumps({"count": len(ordered), "p50": percentile(ordered, 0.5), "p99": percentile(ordered, 0.99),
                      "most": percentile(ordered, 1)}))


if __name__ == "__main__":
    main()
