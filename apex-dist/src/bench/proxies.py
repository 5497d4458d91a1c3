"""The proxies of the comparison: their configuration and their start. The templates are next to this file."""

import os
import pwd
import re
import shlex
import signal
import string
from dataclasses import dataclass, replace
from pathlib import Path

import machine
from problems import CANNOT, Problem

HERE = Path(__file__).resolve().parent
SMALL_FILE_BYTES = 200  # about 450 bytes with the headers of nginx, like a small API response
LARGE_FILE_BYTES = 10 * 1024 ** 2
RESTART_TIMEOUT = 30  # s; a JVM on a busy machine takes a few


@dataclass(frozen=True)
class Proxy:
    """A proxy between clients and backend."""

    name: str

    is_peer = True  # whether Apex is compared with it
    engine = ""  # the key engine of the configuration of Apex; empty: the configuration does not have it
    tools = ()  # required tools, by the names of machine.PACKAGES

    def describe(self):
        """Returns the description for the report, in addition to the versions of the tools."""
        return ""

    def command(self, workspace, listen, backend):
        """Returns the command that runs the proxy in the foreground, and its environment."""
        raise NotImplementedError

    def at_the_edge(self):
        """Returns the proxy with the configuration for the part edge, or None without such a configuration."""
        raise NotImplementedError

    def with_tls(self):
        """Returns the proxy with the configuration for the part tls, or None without such a configuration."""
        raise NotImplementedError

    def restartable(self):
        """Returns the proxy for the part restart, or None if it cannot restart without downtime."""
        return None

    def restart(self, comparison, group, number, command):
        """Restarts the processes of a group without downtime; returns the group that serves then.

        number counts the restarts; command is that of the first start."""
        raise NotImplementedError


@dataclass(frozen=True)
class HAProxy(Proxy):
    """HAProxy, of this machine or of another root, with or without splices."""

    template: str = "haproxy.cfg"
    options: tuple = ()
    root: machine.Root = None
    splices: bool = False

    tools = ("haproxy",)

    def describe(self):
        splices = ", option splice-auto" if self.splices else ""
        version = machine.output_of(*self.program(), "-v").splitlines()[0]
        return f"{self.name}: {version}{splices}" if self.root or self.splices else ""

    def program(self):
        return self.root.program("haproxy") if self.root else [machine.tool("haproxy")]

    def at_the_edge(self):
        return None if self.splices else replace(self, template="haproxy-edge.cfg")

    def with_tls(self):
        return None if self.splices else replace(self, template="haproxy-tls.cfg")

    def command(self, workspace, listen, backend):
        values = {"splices": "  option splice-auto\n"} if self.splices else {"splices": ""}
        configuration = workspace.configuration(self.name, self.template, listen=listen, backend=backend, **values)
        return [*self.program(), *self.options, "-f", str(configuration)], None

    def restartable(self):
        if self.root or self.splices:  # a new worker of another root would run with the libraries of this machine
            return None
        return replace(self, options=("-W",))  # the master passes the listening sockets to new workers

    def restart(self, comparison, group, number, command):
        os.kill(group.leader(), signal.SIGUSR2)
        return group


@dataclass(frozen=True)
class NginxStream(Proxy):
    """nginx, of this machine or of another root."""

    template: str = "nginx-stream.conf"
    root: machine.Root = None

    tools = ("nginx", "nginx stream module")

    def describe(self):
        return f"{self.name}: {machine.output_of(*self.root.program('nginx'), '-v')}" if self.root else ""

    def at_the_edge(self):
        return replace(self, template="nginx-stream-edge.conf")

    def with_tls(self):
        return replace(self, template="nginx-stream-tls.conf")

    def command(self, workspace, listen, backend):
        module = self.root.stream_module() if self.root else machine.stream_module()
        return nginx(workspace, self.name, self.template, self.root, listen=listen, backend=backend,
                     load_module=module)

    def restartable(self):
        return None if self.root else self

    def restart(self, comparison, group, number, command):
        os.kill(group.leader(), signal.SIGHUP)
        return group


@dataclass(frozen=True)
class Apex(Proxy):
    """One build of Apex with one set of JVM options."""

    home: Path
    jvm_options: tuple = ()
    template: str = "apex.toml"
    engine: str = ""
    java: str = ""  # the directory of Java; empty: that of the environment

    is_peer = False
    tools = ("java",)

    # removed from the environment, because the report does not show them
    OTHER_OPTIONS = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")

    SYNTAX = re.compile(r"(?:(?P<name>[\w.+-]+)=)?(?P<home>.+?)(?:,java=(?P<java>[^,]+))?(?:,engine=(?P<engine>\w+))?"
                        r"(?P<options>(?:,-.*)?)")

    @classmethod
    def parse(cls, text, engine=""):
        """Parses [NAME=]DIR[,java=DIR][,engine=NAME][,-OPTION...], with an engine for a text without one."""
        parts = cls.SYNTAX.fullmatch(text)
        if parts is None:
            raise Problem(f"--apex {text}: expected [NAME=]DIR[,java=DIR][,engine=NAME][,JVM-OPTION...], such"
                          " as small=target/apex,-Xmx64m", CANNOT)
        home = Path(parts["home"]).resolve()
        if not (home / "bin" / "apex").is_file():
            raise Problem(f"{home}: bin/apex not found: build it with 'mvn -q package -DskipTests',"
                          " select another directory with --apex DIR, or omit it with --without apex", CANNOT)
        # options can contain commas, for example -Xlog:gc,safepoint; the next option begins with a hyphen
        options = tuple(f"-{option}" for option in parts["options"].split(",-")[1:])
        return cls(parts["name"] or "apex", home, options, engine=parts["engine"] or engine, java=parts["java"] or "")

    @classmethod
    def environment(cls, java=""):
        """Returns the environment of this process without JVM options, and with a Java if one is given."""
        own = {"JAVA_HOME": java} if java else {}
        return {key: value for key, value in os.environ.items() if key not in cls.OTHER_OPTIONS} | own

    def describe(self):
        version = machine.output_of(str(self.home / "bin" / "apex"), "--version",
                                    environment=self.environment(self.java)).splitlines()[-1]
        engine = f", engine {self.engine}" if self.engine else ""
        return f"{self.name}: {version}{engine}" + "".join(f" `{option}`" for option in self.jvm_options)

    def engine_line(self):
        """Returns the line of the configuration that selects the engine."""
        return f'engine = "{self.engine}"\n' if self.engine else ""

    def at_the_edge(self):
        return replace(self, template="apex-edge.toml")

    def with_tls(self):
        return replace(self, template="apex-tls.toml")

    def restartable(self):
        return self

    def restart(self, comparison, group, number, command):
        arguments, environment = command
        new = comparison.start_client(f"{self.name}-{number}",
                                      ([*arguments, "--takeover", str(group.leader())], environment))
        new.await_line("has stopped listening", RESTART_TIMEOUT)
        return new

    def command(self, workspace, listen, backend):
        return self.run(workspace.configuration(self.name, self.template, listen=listen, backend=backend,
                                                engine=self.engine_line()))

    def run(self, configuration):
        """Returns the command for a configuration file, and its environment."""
        environment = self.environment(self.java)
        # overrides the command line and so conf/jvm.options; JDK_JAVA_OPTIONS does not
        environment["_JAVA_OPTIONS"] = " ".join(self.jvm_options)
        return [str(self.home / "bin" / "apex"), "--config", str(configuration)], environment


@dataclass(frozen=True)
class Other(Proxy):
    """Another proxy that reads its addresses from the command line."""

    arguments: str

    SYNTAX = re.compile(r"(?P<name>[\w.+-]+)=(?P<arguments>.+)")

    @classmethod
    def parse(cls, text):
        """Parses NAME=COMMAND with the placeholders {listen}, {backend} and {threads}."""
        parts = cls.SYNTAX.fullmatch(text)
        if parts is None or "{listen}" not in text or "{backend}" not in text:
            raise Problem(f"--proxy {text}: expected NAME=COMMAND with {{listen}} and {{backend}} in it, such as"
                          " 'mine=./mine --from {listen} --to {backend}'", CANNOT)
        return cls(parts["name"], parts["arguments"])

    def describe(self):
        return f"{self.name}: `{self.arguments}`"

    def at_the_edge(self):
        return None

    def with_tls(self):
        return None

    def command(self, workspace, listen, backend):
        values = {"{listen}": listen, "{backend}": backend, "{threads}": str(workspace.threads)}
        arguments = shlex.split(self.arguments)
        for placeholder, value in values.items():
            arguments = [argument.replace(placeholder, value) for argument in arguments]
        return arguments, None


@dataclass(frozen=True)
class Workspace:
    """A temporary directory for the files of a comparison, and the common values of all configurations."""

    directory: Path
    threads: int
    sockets: int  # limit of the sockets of each proxy

    def create_files(self):
        """Creates the files that the HTTP backend serves."""
        root = self.directory / "www"
        root.mkdir()
        (root / "small").write_bytes(b"x" * SMALL_FILE_BYTES)
        (root / "large").write_bytes(bytes(LARGE_FILE_BYTES))

    def configuration(self, name, template, **values):
        """Writes a configuration from a template next to this file."""
        text = string.Template((HERE / template).read_text())
        file = self.directory / f"{name}-{template}"
        file.write_text(text.substitute(values, directory=self.directory, threads=self.threads,
                                        sockets_per_thread=self.sockets // self.threads))
        return file


def of_root(text):
    """Parses NAME=DIR; returns HAProxy and nginx of the root."""
    name, _, directory = text.partition("=")
    if not re.fullmatch(r"[\w.+-]+", name) or not directory:
        raise Problem(f"--peers {text}: expected NAME=DIR, such as 13=/srv/trixie", CANNOT)
    root = machine.Root(Path(directory).resolve())
    return [HAProxy(f"haproxy-{name}", root=root), NginxStream(f"nginx-{name}", root=root)]


def http_backend(workspace, listen):
    """Returns the command of the HTTP backend."""
    return nginx(workspace, "backend", "nginx-backend.conf", listen=listen)


def nginx(workspace, name, template, root=None, **values):
    """Returns the command of nginx, of this machine or of another root."""
    program = root.program("nginx") if root else [machine.tool("nginx")]
    configuration = workspace.configuration(name, template, user=nginx_user(), **values)
    return [*program, "-e", "stderr", "-p", str(workspace.directory), "-c", str(configuration)], None


def nginx_user():
    """Returns the line of the user. If root starts nginx, its workers change to a user without access to the files."""
    return f"user {pwd.getpwuid(0).pw_name};\n" if os.geteuid() == 0 else ""
