"""The proxies of a soak: their configuration with several backends, its replacement, and the reload."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, replace

import machine
from comparison import text
from proxies import Apex, HAProxy, NginxStream, nginx_user
from soak_entry import LISTENER_OF
from soak_processes import Failed

LISTENERS = tuple(dict.fromkeys(LISTENER_OF.values()))
BACKENDS = {"soak": 5, "routed": 3, "queued": 2}  # numbers of them by pool
# those that are in the pool in each configuration; the last one of the others is added and removed
ALWAYS = {"soak": 4, "routed": 2, "queued": 2}
MAINTAINED = 0  # index of the only backend of the pool soak that is set into maintenance
FULL = 20  # max_connections of the listener plain in some configurations: fewer than the load has open
OFTEN = 12  # one in so many configurations has that limit
FEW = 8  # max_connections of the added backend
QUEUED = 4  # max_connections of each backend of the pool queued: fewer than the load needs
COMMAND_TIMEOUT = 30  # s; a command of Apex is a JVM
PLUGIN = "apex-source-documents"


@dataclass(frozen=True)
class Settings:
    """What a reload changes."""

    weights: tuple = (1, 1, 1, 1, None)  # of the backends of the pool soak; None: not in the pool
    limit: int = 0  # of the listener; 0: none
    few: bool = False  # whether the last backend has a limit of connections
    other: bool = False  # whether backends are chosen in another way: slow start, or the one with least connections

    @classmethod
    def chosen(cls, choose):
        """Returns random settings, in which at least two backends that are always in the pool have a weight."""
        weights = [choose.randrange(1, 4) for _ in range(ALWAYS["soak"])]
        if choose.random() < 0.3:
            weights[choose.randrange(len(weights))] = 0
        return cls((*weights, choose.choice((None, 1, 2))), FULL if choose.randrange(OFTEN) == 0 else 0,
                   choose.random() < 0.5, choose.random() < 0.5)


class SoakProxy:
    """A proxy with the configuration of the soak."""

    listeners = LISTENERS
    counts = BACKENDS
    reload_seconds = 10  # time between two reloads: the old workers of a peer serve until their connections end
    has_pool = True
    takes_over = False
    has_commands = False  # whether states and weights can be set
    discovers = False  # whether the pool routed finds its backends itself
    sends_close_notify = True  # also if the other side still sends
    reserves_descriptors = False  # whether clients wait while no descriptor is left; those of other proxies are lost
    unexpected = re.compile("(?!)")  # lines of the log that are a failure

    def __init__(self, proxy, comparison):
        self.proxy = proxy
        self.name = proxy.name
        self.addresses = {name: comparison.next_address() for name in self.listeners}  # of the listeners
        self.backends = [(pool, comparison.next_address()) for pool, count in self.counts.items() for _ in range(count)]
        self._workspace = comparison.workspace
        self._directory = comparison.directory

    def configure(self, settings):
        """Replaces the configuration file by a rename; returns its path."""
        aside = self._write(settings)
        file = aside.with_name(aside.name.replace("-new", ""))
        os.replace(aside, file)
        return file

    def command(self):
        """Writes the first configuration; returns the command of the proxy and its environment."""
        raise NotImplementedError

    def always(self):
        """Returns the indexes of the backends that are always in their pool."""
        first, indexes = 0, []
        for pool, count in self.counts.items():
            indexes += range(first, first + ALWAYS[pool])
            first += count
        return indexes

    def reload(self, group, settings):
        """Replaces the configuration of a running proxy."""
        raise NotImplementedError

    def set_state(self, choose):
        """Sets a weight, sets a state, or ends what was set."""
        raise NotImplementedError

    def publish(self, choose):
        """Changes the backends that the proxy finds itself."""
        raise NotImplementedError

    def _write(self, settings):
        raise NotImplementedError

    def _of_pool(self, name):
        return [text(address) for pool, address in self.backends if pool == name]

    def _fill(self, template, settings, line, **values):
        """line(index, address, weight, limit) returns the line of a backend."""
        few = FEW if settings.few else 0
        pools = {
            "soak": zip(self._of_pool("soak"), settings.weights, (*[0] * ALWAYS["soak"], few)),
            "routed": ((address, 1, 0) for address in self._of_pool("routed")[:ALWAYS["routed"]]),
            "queued": ((address, 1, QUEUED) for address in self._of_pool("queued"))}
        lines = {pool: "".join(line(pool, index, *backend) for index, backend in enumerate(backends)
                               if backend[1] is not None) for pool, backends in pools.items()}
        addresses = {name: text(address) for name, address in self.addresses.items()}
        return self._workspace.configuration(f"{self.name}-new", template, **addresses, **lines, **values)


class ApexSoak(SoakProxy):

    reload_seconds = 4
    takes_over = True
    has_commands = True
    discovers = True
    reserves_descriptors = True
    unexpected = re.compile(" (?:ERROR|WARN) (?!.*(?:"
                            "alive: false"  # a backend has stopped
                            "|limit of .* reached"
                            "|has not answered a connect"  # the machine is busy, or a backend has stopped
                            "|tcp_migrate_req is 0"  # the machine does not allow another value
                            "|accept paused|was not possible|Too many open files"  # descriptors are exhausted
                            "))")

    def command(self):
        self._file = self.configure(Settings())
        plugins = self._directory / "apex-plugins"
        shutil.copytree(self.proxy.home / "contrib" / PLUGIN, plugins / PLUGIN, dirs_exist_ok=True)
        for directory in ("apex-state", "apex-backends"):
            (self._directory / directory).mkdir(exist_ok=True)
        self.publish(random.Random())
        options = (f"-XX:ErrorFile={self._directory}/hs_err_pid%p.log", "-XX:-CreateCoredumpOnCrash")
        apex = replace(self.proxy, jvm_options=(*self.proxy.jvm_options, *options))
        command, environment = apex.run(self._file)
        return [*command, "--plugins-dir", str(plugins)], environment

    def reload(self, group, settings):
        self.configure(settings)  # Apex watches the file

    def set_state(self, choose):
        index = choose.randrange(ALWAYS["soak"])
        values = ("maintenance", "--clear") if index == MAINTAINED else ("weight=1", "weight=3", "--clear")
        command = [str(self.proxy.home / "bin" / "apex"), "set", "--config", str(self._file),
                   f"soak/{self._of_pool('soak')[index]}", choose.choice(values)]
        environment = self.proxy.environment(self.proxy.java)
        done = subprocess.run(command, env=environment, timeout=COMMAND_TIMEOUT, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Failed(f"{' '.join(command[1:])}: exit status {done.returncode}: {done.stdout.strip()}")

    def publish(self, choose):
        backends = self._of_pool("routed")
        document = [{"address": address, "weight": choose.randrange(1, 1000)} for address in backends]
        aside = self._directory / "apex-backends" / "routed.new"
        aside.write_text(json.dumps(document[:choose.randrange(ALWAYS["routed"], len(backends) + 1)]))
        os.replace(aside, aside.with_suffix(".json"))

    def _write(self, settings):
        def line(_, _index, address, weight, limit):
            return f'  {{ address = "{address}", weight = {weight}, max_connections = {limit} }},\n'

        return self._fill("apex-soak.toml", settings, line, engine=self.proxy.engine_line(), limit=settings.limit,
                          slow_start="2s" if settings.other else "0s")


class HAProxySoak(SoakProxy):

    has_commands = True

    def command(self):
        return [machine.tool("haproxy"), "-W", "-f", str(self.configure(Settings()))], None

    def reload(self, group, settings):
        self.configure(settings)
        os.kill(group.leader(), signal.SIGUSR2)

    def _write(self, settings):
        headers = {"routed": " send-proxy-v2", "queued": " send-proxy"}

        def line(pool, index, address, weight, limit):
            return f"  server b{index} {address} weight {weight} maxconn {limit}{headers.get(pool, '')}\n"

        balancer = "leastconn" if settings.other else "roundrobin"
        return self._fill("haproxy-soak.cfg", settings, line, balancer=balancer,
                          limit=f"maxconn {settings.limit}" if settings.limit else "")

    def set_state(self, choose):
        index = choose.randrange(ALWAYS["soak"])
        value = choose.choice(("state maint", "state ready") if index == MAINTAINED else ("weight 1", "weight 3"))
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(COMMAND_TIMEOUT)
            client.connect(str(self._directory / "haproxy.sock"))
            client.sendall(f"set server soak/b{index} {value}\n".encode())
            if answer := client.recv(1024).decode().strip():
                raise Failed(f"set server: {answer}")


class NginxSoak(SoakProxy):

    sends_close_notify = False

    def command(self):
        file = self.configure(Settings())
        return [machine.tool("nginx"), "-e", "stderr", "-p", str(self._directory), "-c", str(file)], None

    def reload(self, group, settings):
        self.configure(settings)
        os.kill(group.leader(), signal.SIGHUP)

    def _write(self, settings):
        def line(pool, _, address, weight, limit):
            limit = 0 if pool == "queued" else limit  # nginx would refuse clients
            return f"    server {address} {f'weight={weight}' if weight else 'down'} max_conns={limit};\n"

        return self._fill("nginx-stream-soak.conf", settings, line, user=nginx_user(),
                          load_module=machine.stream_module(), balancer="least_conn;" if settings.other else "")


class OtherSoak(SoakProxy):
    """A proxy with one listener, one backend and without a reload."""

    listeners = ("plain",)
    counts = {"soak": 1}
    has_pool = False

    def command(self):
        return self.proxy.command(self._workspace, text(self.addresses["plain"]), self._of_pool("soak")[0])


KINDS = {Apex: ApexSoak, HAProxy: HAProxySoak, NginxStream: NginxSoak}


def with_soak(proxy, comparison):
    return KINDS.get(type(proxy), OtherSoak)(proxy, comparison)


def needs_certificate(proxy):
    """Returns whether the soak of a proxy terminates TLS."""
    return type(proxy) in KINDS
