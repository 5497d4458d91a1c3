"""The proxies of the part `reload`: their configuration, its replacement, and the reload."""

import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass, replace
from pathlib import Path

import machine
from comparison import text
from problems import Problem
from proxies import Apex, HAProxy, NginxStream, nginx_user

RELOAD_TIMEOUT = 30  # s
REPEAT = 0.5  # s after which the signal is sent again: the master of HAProxy ignores it while it restarts
POLL = 0.01  # s
LEAST_CONNECTIONS = "apex-lb-leastconn.jar"


@dataclass(frozen=True)
class Settings:
    """What a reload changes."""

    listeners: tuple  # addresses
    backends: tuple  # addresses
    number: int = 0  # of the reload: the weights are equal, but those of the previous reload were others
    limit: int = 0  # of the connections of each backend; 0: none
    listener_limit: int = 0  # of the connections of each listener; 0: none
    least: bool = False  # whether the backend with least connections is chosen

    @property
    def weight(self):
        return 1 + self.number % 2


class ReloadProxy:
    """A proxy that can be reloaded."""

    template = ""
    reload_signal = signal.SIGHUP
    limits_listeners = True  # whether clients beyond a limit of the listener wait in the queue of the kernel

    def __init__(self, proxy, comparison):
        self.name = proxy.name
        self.proxy = proxy
        self.group = None
        self._comparison = comparison
        self._workspace = comparison.workspace

    def start(self, settings):
        self.group = self._comparison.start(self.name, self._command(self._configure(settings)),
                                            settings.listeners[0])[0]
        await_that(self.accepting, f"{self.name}: no worker")

    def reload(self, settings):
        """Replaces the configuration; returns when the new one is in force."""
        before = set(self._workers())
        self._configure(settings)
        due = 0

        def has_new_worker():
            nonlocal due
            if time.monotonic() > due:
                os.kill(self.group.leader(), self.reload_signal)
                due = time.monotonic() + REPEAT
            return set(self._workers()) - before

        await_that(has_new_worker, f"{self.name}: no new worker after a reload")

    def reload_stopped(self, settings):
        """Replaces the configuration while the accepting processes are stopped."""
        self.reload(settings)

    def processes(self):
        return [self.group.leader(), *self._workers()]

    def accepting(self):
        """Returns the processes that accept connections."""
        return self._workers()

    def _workers(self):
        master = self.group.leader()
        return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def stop(self):
        self.group.stop()

    def _configure(self, settings):
        """Replaces the configuration file by a rename; returns its path."""
        aside = self._workspace.configuration(f"{self.name}-new", self.template, **{
            "listeners": "".join(self._listener(f"l{index}", text(address), settings)
                                 for index, address in enumerate(settings.listeners)),
            "backends": "".join(self._backend(f"b{index}", text(address), settings)
                                for index, address in enumerate(settings.backends)),
            "balancer": self._balancer(settings), **self._values()})
        file = aside.with_name(aside.name.replace("-new", ""))
        os.replace(aside, file)
        return file

    def _values(self):
        return {}

    def _command(self, file):
        raise NotImplementedError

    def _listener(self, name, address, settings):
        raise NotImplementedError

    def _backend(self, name, address, settings):
        raise NotImplementedError

    def _balancer(self, settings):
        raise NotImplementedError


class ApexReload(ReloadProxy):

    template = "apex-reload.toml"

    def start(self, settings):
        super().start(settings)
        # Apex accepts connections before the end of its start, and rejects reloads until then
        await_that(lambda: "rejected" not in self._reload(), f"{self.name}: rejects reloads")

    def reload(self, settings):
        self._configure(settings)
        answer = self._reload()
        # unchanged: Apex, which watches the file, was faster
        if '"applied"' not in answer and '"unchanged"' not in answer:
            raise Problem(f"{self.name}: reload failed: {answer}")

    def _reload(self):
        """Lets Apex read its file again; returns the answer when the change is in force."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(RELOAD_TIMEOUT)
            control.connect(self._control())
            control.sendall(b"POST /reload HTTP/1.1\r\nHost: apex\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            with control.makefile("rb") as answer:
                return answer.read().decode()

    def reload_stopped(self, settings):
        self._configure(settings)
        os.kill(self.group.leader(), self.reload_signal)  # it is handled when the process continues

    def accepting(self):
        return [self.group.leader()]

    def _command(self, file):
        home = self._workspace.directory / f"{self.name}-home"  # with a plugin that is not active by default
        plugins = home / "plugins"
        if not plugins.exists():
            plugins.mkdir(parents=True)
            shutil.copy(self.proxy.home / "contrib" / LEAST_CONNECTIONS, plugins)
        return replace(self.proxy, jvm_options=(*self.proxy.jvm_options, f"-Dapex.home={home}")).run(file)

    def _values(self):
        return {"engine": self.proxy.engine_line(), "control": self._control()}

    def _control(self):
        return str(self._workspace.directory / f"{self.name}.sock")

    def _listener(self, name, address, settings):
        return (f'[listeners.{name}]\nlisten_addr = "{address}"\npool = "reload"\n'
                f"max_connections = {settings.listener_limit}\n")

    def _backend(self, name, address, settings):
        return f'  {{ address = "{address}", weight = {settings.weight}, max_connections = {settings.limit} }},\n'

    def _balancer(self, settings):
        return "least-connections" if settings.least else "round-robin"


class HAProxyReload(ReloadProxy):

    template = "haproxy-reload.cfg"
    reload_signal = signal.SIGUSR2

    def _command(self, file):
        return [machine.tool("haproxy"), "-W", "-f", str(file)], None

    def _listener(self, name, address, settings):
        limit = f"  maxconn {settings.listener_limit}\n" if settings.listener_limit else ""
        return f"frontend {name}\n  bind {address} backlog 4096\n{limit}  default_backend reload\n"

    def _backend(self, name, address, settings):
        return f"  server {name} {address} weight {settings.weight} maxconn {settings.limit}\n"

    def _balancer(self, settings):
        return "leastconn" if settings.least else "roundrobin"


class NginxReload(ReloadProxy):

    template = "nginx-stream-reload.conf"
    limits_listeners = False

    def _command(self, file):
        return [machine.tool("nginx"), "-e", "stderr", "-p", str(self._workspace.directory), "-c", str(file)], None

    def _values(self):
        return {"user": nginx_user(), "load_module": machine.stream_module()}

    def _listener(self, name, address, settings):
        return (f"  server {{\n    listen {address} reuseport backlog=4096;\n    proxy_pass reload;\n"
                "    proxy_timeout 10m;\n  }\n")

    def _backend(self, name, address, settings):
        return f"    server {address} weight={settings.weight} max_conns={settings.limit};\n"

    def _balancer(self, settings):
        return "least_conn;" if settings.least else ""


def reloadable(comparison):
    """Returns the proxies of the comparison that can be reloaded."""
    kinds = {Apex: ApexReload, HAProxy: HAProxyReload, NginxStream: NginxReload}
    return [kinds[type(proxy)](proxy, comparison) for proxy in comparison.proxies
            if type(proxy) in kinds and proxy.restartable()]


def await_that(condition, complaint):
    deadline = time.monotonic() + RELOAD_TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise Problem(f"{complaint} within {RELOAD_TIMEOUT} s")
        time.sleep(POLL)
