"""The part `many`: small responses over a few of many open connections."""

import contextlib
import dataclasses
import socket
import time

import figures
from load import KEEPALIVE, Wrk
from problems import Problem

ACTIVE_SHARE = 100  # one in this number of connections is active
TIMEOUT = 10  # s for any step of opening a connection
CALM_SECONDS = 1  # pause after the connections were closed, so that the next proxy does not share the processors
RESPONSE_BYTES = 4096  # more than the size of a small response
REQUEST = b"GET /small HTTP/1.1\r\nHost: bench\r\n\r\n"


def workload(options):
    return dataclasses.replace(
        KEEPALIVE, name="many",
        title=f"Small responses over {active(options)} of {options.open_connections:,} open connections")


def active(options):
    return max(options.threads, options.open_connections // ACTIVE_SHARE)


def measure(comparison):
    options = comparison.options
    quiet = options.open_connections - active(options)
    # the limit of nginx is per process, and a process can get more than its share of the connections
    sockets = comparison.sockets * options.threads
    comparison.measure_loads([workload(options)], Wrk(options.threads, active(options)), sockets,
                             lambda target: open_connections(target, quiet))


@contextlib.contextmanager
def open_connections(target, count):
    """Holds connections through a target; each transfers a request and a response before and after."""
    with contextlib.ExitStack() as opened:
        clients = []

        def connect():
            client = opened.enter_context(socket.create_connection(target.address, TIMEOUT))
            clients.append(client)
            return client

        exchange_all(target, (connect() for _ in range(count)))
        yield
        exchange_all(target, clients)
    time.sleep(CALM_SECONDS)


def exchange_all(target, clients):
    try:
        for client in clients:
            client.sendall(REQUEST)
            if not client.recv(RESPONSE_BYTES):
                raise ConnectionError("closed without a response")
    except OSError as error:
        target.check()
        raise Problem(f"{target.name}: cannot open, or lost, one of many connections: {error}") from error


def section(options, samples, peers):
    one = workload(options)
    return [f"### {one.title}", figures.load_table(one, samples["many"], peers)]
