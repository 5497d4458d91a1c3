"""The proxies of a soak: their configuration with several backends, its replacement, and the reload."""

import os
import random
import re
import signal
from dataclasses import dataclass, replace

import machine
from comparison import text
from proxies import Apex, HAProxy, NginxStream, nginx_user

ALWAYS = 3  # backends that are in the pool in each configuration; the last one is added and removed
FULL = 40  # max_connections of the listener in some configurations: fewer than the load has open
OFTEN = 12  # one in so many configurations has that limit
FEW = 8  # max_connections of the added backend


@dataclass(frozen=True)
class Settings:
    """What a reload changes."""

    weights: tuple = (1, 1, 1, None)  # of the backends; None: not in the pool
    limit: int = 0  # of the listener; 0: none
    few: bool = False  # whether the last backend has a limit of connections
    other: bool = False  # whether backends are chosen in another way: slow start, or the one with least connections

    @classmethod
    def chosen(cls, choose):
        """Returns random settings, in which at least two backends that are always in the pool have a weight."""
        weights = [choose.randrange(1, 4) for _ in range(ALWAYS)]
        if choose.random() < 0.3:
            weights[choose.randrange(ALWAYS)] = 0
        return cls((*weights, choose.choice((None, 1, 2))), FULL if choose.randrange(OFTEN) == 0 else 0,
                   choose.random() < 0.5, choose.random() < 0.5)


class SoakProxy:
    """A proxy with the configuration of the soak."""

    reload_seconds = 10  # time between two reloads: the old workers of a peer serve until their connections end
    has_pool = True
    takes_over = False
    reserves_descriptors = False  # whether clients wait while no descriptor is left; those of other proxies are lost
    unexpected = re.compile("(?!)")  # lines of the log that are a failure

    def __init__(self, proxy, workspace, listen, backends):
        self.proxy = proxy
        self.name = proxy.name
        self._workspace = workspace
        self._listen = text(listen)
        self._backends = [text(backend) for backend in backends]

    def configure(self, settings):
        """Replaces the configuration file by a rename; returns its path."""
        aside = self._write(settings)
        file = aside.with_name(aside.name.replace("-new", ""))
        os.replace(aside, file)
        return file

    def command(self):
        """Writes the first configuration; returns the command of the proxy and its environment."""
        raise NotImplementedError

    def reload(self, group, settings):
        """Replaces the configuration of a running proxy."""
        raise NotImplementedError

    def _write(self, settings):
        raise NotImplementedError

    def _fill(self, template, settings, line, **values):
        """line(index, address, weight, limit) returns the line of a backend."""
        lines = (line(index, address, weight, FEW if settings.few and index >= ALWAYS else 0)
                 for index, (address, weight) in enumerate(zip(self._backends, settings.weights))
                 if weight is not None)
        return self._workspace.configuration(f"{self.name}-new", template, listen=self._listen,
                                             backends="".join(lines), **values)


class ApexSoak(SoakProxy):

    reload_seconds = 4
    takes_over = True
    reserves_descriptors = True
    unexpected = re.compile(" (?:ERROR|WARN) (?!.*(?:"
                            "alive: false"  # a backend has stopped
                            "|limit of .* reached"
                            "|tcp_migrate_req is 0"  # the machine does not allow another value
                            "|accept paused|was not possible|Too many open files"  # descriptors are exhausted
                            "))")

    def command(self):
        file = self.configure(Settings())
        directory = self._workspace.directory
        options = (f"-XX:ErrorFile={directory}/hs_err_pid%p.log", "-XX:-CreateCoredumpOnCrash")
        apex = replace(self.proxy, jvm_options=(*self.proxy.jvm_options, *options))
        return apex.run(file)

    def reload(self, group, settings):
        self.configure(settings)  # Apex watches the file

    def _write(self, settings):
        def line(_, address, weight, limit):
            return f'  {{ address = "{address}", weight = {weight}, max_connections = {limit} }},\n'

        return self._fill("apex-soak.toml", settings, line, engine=self.proxy.engine_line(), limit=settings.limit,
                          slow_start="2s" if settings.other else "0s")


class HAProxySoak(SoakProxy):

    def command(self):
        return [machine.tool("haproxy"), "-W", "-f", str(self.configure(Settings()))], None

    def reload(self, group, settings):
        self.configure(settings)
        os.kill(group.leader(), signal.SIGUSR2)

    def _write(self, settings):
        def line(index, address, weight, limit):
            return f"  server b{index} {address} weight {weight} maxconn {limit} check inter 1s\n"

        balancer = "leastconn" if settings.other else "roundrobin"
        return self._fill("haproxy-soak.cfg", settings, line, balancer=balancer,
                          limit=f"maxconn {settings.limit}" if settings.limit else "")


class NginxSoak(SoakProxy):

    def command(self):
        file = self.configure(Settings())
        return [machine.tool("nginx"), "-e", "stderr", "-p", str(self._workspace.directory), "-c", str(file)], None

    def reload(self, group, settings):
        self.configure(settings)
        os.kill(group.leader(), signal.SIGHUP)

    def _write(self, settings):
        def line(_, address, weight, limit):
            return f"    server {address} {f'weight={weight}' if weight else 'down'} max_conns={limit};\n"

        return self._fill("nginx-stream-soak.conf", settings, line, user=nginx_user(),
                          load_module=machine.stream_module(), balancer="least_conn;" if settings.other else "")


class OtherSoak(SoakProxy):
    """A proxy with one backend and without a reload."""

    has_pool = False

    def command(self):
        return self.proxy.command(self._workspace, self._listen, self._backends[0])


def with_soak(proxy, *arguments):
    kinds = {Apex: ApexSoak, HAProxy: HAProxySoak, NginxStream: NginxSoak}
    return kinds.get(type(proxy), OtherSoak)(proxy, *arguments)
