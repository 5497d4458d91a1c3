"""The part `edge`: new connections with a PROXY protocol header that are routed by the server name of TLS."""

import contextlib
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import figures
import machine
from comparison import text
from first_bytes import OTHER_NAME, PADDING, client_hello, proxy_header
from load import CLOSE, Clients, Workload, figures_of
from problems import Problem
from proxies import nginx

HERE = Path(__file__).resolve().parent
TIMEOUT = 10  # s for the refusal of a connection
CHUNK = 4096  # bytes

WORKLOAD = Workload("edge", "Connections with a PROXY header, routed by TLS server name", "", (),
                    CLOSE.units, CLOSE.rate, CLOSE.cpu, CLOSE.cpu_scale)


@dataclass(frozen=True)
class Hellos(Clients):
    """Clients that send a PROXY protocol header, a TLS ClientHello, and nothing else (hello.py)."""

    processes: int
    connections: int

    def run(self, workload, target, seconds):
        header = "proxy" if target.group else "none"  # the backend does not expect one
        command = [sys.executable, str(HERE / "hello.py"), text(target.address), str(seconds), str(self.connections),
                   str(self.processes), header]
        return figures_of("hello", command, seconds)


def measure(comparison):
    options = comparison.options
    proxies = [proxy.at_the_edge() for proxy in comparison.proxies]
    comparison.measure_loads([WORKLOAD], Hellos(options.threads, options.connections), around=other_name_refused,
                             backend=backend, proxies=[proxy for proxy in proxies if proxy])


def backend(workspace, listen):
    """Returns the command of the backend.

    nginx reads the whole ClientHello, answers with a fixed block and closes without unread bytes, so the end is a FIN
    and not a reset. It needs less processor time than a backend in Python.
    """
    return nginx(workspace, "backend", "nginx-hello.conf", listen=listen, load_module=machine.stream_module(),
                 padding=PADDING)


@contextlib.contextmanager
def other_name_refused(target):
    """Checks that a proxy routes by name. A proxy that sends all connections to one backend would do less work."""
    if target.group and answers(target, OTHER_NAME):
        raise Problem(f"{target.name}: routed the name {OTHER_NAME}, which has no route")
    yield


def answers(target, server_name):
    """Returns whether a client of a server receives bytes."""
    with socket.create_connection(target.address, TIMEOUT) as client:
        try:
            client.sendall(proxy_header() + client_hello(server_name))
            return bool(client.recv(CHUNK))
        except ConnectionError:
            return False
        except OSError as error:
            target.check()
            raise Problem(f"{target.name}: did not refuse the name {server_name}: {error}") from error


def section(_options, samples, peers):
    return [f"### {WORKLOAD.title}", figures.load_table(WORKLOAD, samples["edge"], peers)]
