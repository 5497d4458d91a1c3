"""The part `tls`: proxies that terminate TLS 1.3, in front of a backend without TLS."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import figures
import machine
import secure
from comparison import progress, rotated, text
from load import BULK, KEEPALIVE, Clients, IdleBackend, Workload, Wrk, figures_of
from problems import Problem

HERE = Path(__file__).resolve().parent
VALID_DAYS = "90"  # more than those before which a proxy warns
EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("rsa:2048",)


def handshakes(name, title):
    return Workload(name, title, "", (), lambda figures: figures["requests"], "handshakes/s", "CPU µs/handshake", 1e6)


FULL = handshakes("tls-full", "Connections with a full TLS handshake, ECDSA P-256")
FULL_RSA = handshakes("tls-full-rsa", "Connections with a full TLS handshake, RSA-2048")
RESUMED = handshakes("tls-resumed", "Connections with a resumed TLS handshake")
MESSAGE = replace(KEEPALIVE, name="tls-message", title="Small responses over kept TLS connections")
MOVED = replace(BULK, name="tls-bulk", title="Responses of 10 MiB over TLS")
WORKLOADS = (FULL, FULL_RSA, RESUMED, MESSAGE, MOVED)
KINDS = {FULL.name: "full", FULL_RSA.name: "full", RESUMED.name: "resumed"}  # of handshake.py
IDLE = "tls-idle"


@dataclass(frozen=True)
class TlsClients(Clients):
    """Clients of TLS: handshake.py for handshakes, wrk for kept connections."""

    processes: int
    connections: int

    def run(self, workload, target, seconds):
        if workload.name not in KINDS:
            return Wrk(self.processes, self.connections, "https").run(workload, target, seconds)
        command = [sys.executable, str(HERE / "handshake.py"), text(target.address), str(seconds),
                   str(self.connections), str(self.processes), KINDS[workload.name]]
        return figures_of("handshake", command, seconds)


def measure(comparison):
    options = comparison.options
    proxies = [proxy for proxy in (proxy.with_tls() for proxy in comparison.proxies) if proxy]
    clients = TlsClients(options.threads, options.connections)
    create_certificate(comparison.directory, EC)
    comparison.measure_loads([FULL, RESUMED, MESSAGE, MOVED], clients, around=expected_session, proxies=proxies,
                             direct=False)
    measure_idle(comparison, proxies)
    create_certificate(comparison.directory, RSA)
    comparison.measure_loads([FULL_RSA], clients, around=expected_session, proxies=proxies, direct=False)


def create_certificate(directory, key):
    """Creates tls.crt, tls.key, and both in tls.pem, which no running proxy uses."""
    command = [machine.tool("openssl"), "req", "-x509", "-newkey", *key, "-nodes", "-days", VALID_DAYS,
               "-subj", f"/CN={secure.SERVER_NAME}", "-addext", f"subjectAltName=DNS:{secure.SERVER_NAME}",
               "-keyout", str(directory / "tls.key"), "-out", str(directory / "tls.crt")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Problem(f"openssl: exit status {done.returncode}; its output:\n{done.stdout}")
    pair = directory / "tls.pem"
    pair.touch(mode=0o600)
    pair.write_bytes((directory / "tls.crt").read_bytes() + (directory / "tls.key").read_bytes())


@contextlib.contextmanager
def expected_session(target):
    """Checks version and cipher suite. A proxy with a cheaper suite would do less work."""
    try:
        secure.exchange(secure.client_context(), target.address)
    except OSError as error:
        target.check()
        raise Problem(f"{target.name}: TLS: {error}") from error
    yield


def measure_idle(comparison, proxies):
    """Measures newly started proxies; each round starts new processes."""
    options = comparison.options
    backend = comparison.next_address()
    context = secure.client_context()
    with contextlib.closing(IdleBackend(backend, lambda address: secure.connect(context, address))) as idle:
        for turn in range(options.rounds):
            for proxy in rotated(proxies, turn):
                target = comparison.start_proxy(proxy, backend)[0]
                kib = comparison.idle_kib(idle, target)
                comparison.add(IDLE, proxy.name, kib)
                progress(f"{comparison.round(turn, starts=1)}: {proxy.name}: {kib:.2f} KiB per idle TLS connection")
                target.group.stop()


def section(options, samples, peers):
    blocks = []
    for workload in WORKLOADS:
        if workload.name in samples:
            blocks += [f"### {workload.title}", figures.load_table(workload, samples[workload.name], peers)]
    if IDLE in samples:
        title = f"KiB per idle TLS connection, of {options.idle_connections:,}"
        blocks += ["### Memory of TLS connections", figures.fresh_table({title: samples[IDLE]}, peers)]
    return blocks
