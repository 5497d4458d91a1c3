"""Clients of short connections, in several processes: the loop of a process and the figures of all."""

import array
import collections
import concurrent.futures
import gc
import json
import select
import time

from ping import percentile

DRAIN = 10  # s after the end in which open connections can finish
POLL = 0.1  # s, longest wait for an event


def loop(connect, seconds, connections):
    """Holds a number of connections; a new one replaces each that has ended. For a process of its own.

    connect() returns a client with a socket that does not block. Its proceed() handles an event and returns the events
    to wait for, or None at the end. Its error is then None or the kind of the error. Returns the latencies in ns, the
    errors by kind, and the time in s.
    """
    gc.disable()
    poll = select.epoll()
    clients = {}
    latencies = array.array("Q")
    errors = collections.Counter()
    start = time.monotonic()
    end = start + seconds

    def finish(client, began):
        client.socket.close()
        if client.error:
            errors[client.error] += 1
        else:
            latencies.append(time.perf_counter_ns() - began)

    def begin():
        began = time.perf_counter_ns()
        client = connect()
        events = client.proceed()
        if events is None:
            finish(client, began)
        else:
            clients[client.socket.fileno()] = client, began, events
            poll.register(client.socket, events)

    while True:
        now = time.monotonic()
        if now < end:
            for _ in range(connections - len(clients)):
                begin()
        elif not clients or now > end + DRAIN:
            break
        for descriptor, _ in poll.poll(POLL):
            client, began, waited = clients[descriptor]
            events = client.proceed()
            if events is None:
                del clients[descriptor]
                finish(client, began)
            elif events != waited:
                clients[descriptor] = client, began, events
                poll.modify(descriptor, events)
    if clients:
        errors["timeout"] += len(clients)
    return latencies, errors, time.monotonic() - start


def main(run, connections, processes, answer_bytes):
    """Calls run(connections) in processes, which returns the result of loop, and prints figures like report.lua."""
    shares = [connections // processes + (index < connections % processes) for index in range(processes)]
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        runs = [pool.submit(run, share) for share in shares if share]
        results = [one.result() for one in runs]
    ordered = sorted(latency for latencies, _, _ in results for latency in latencies)
    errors = sum((counted for _, counted, _ in results), collections.Counter())
    print("figures " + json.dumps({
        "requests": len(ordered), "bytes": len(ordered) * answer_bytes,
        "microseconds": int(max(taken for _, _, taken in results) * 1e6),
        "p50": percentile(ordered, 0.5) * 1e3 if ordered else 0,
        "p99": percentile(ordered, 0.99) * 1e3 if ordered else 0,
        "errors": errors}))
