"""What is compared: how each proxy is configured and started. Configurations lie beside this file, one per proxy."""

import os
import pwd
import re
import shlex
import string
from dataclasses import dataclass
from pathlib import Path

import machine
from problems import CANNOT, Problem

HERE = Path(__file__).resolve().parent
SMALL_FILE_BYTES = 200  # with nginx's headers about 450 bytes on the wire: a small response of an API
LARGE_FILE_BYTES = 10 * 1024 ** 2


@dataclass(frozen=True)
class Proxy:
    """Something between the clients and the backend."""

    name: str

    is_peer = True  # one that Apex is measured against
    tools = ()  # what it needs, by the names of machine.PACKAGES

    def describe(self):
        """What the report has to say about it beside the versions of its tools."""
        return ""

    def command(self, place, listen, backend):
        """Returns the arguments of the command that runs it in the foreground, and its environment."""
        raise NotImplementedError


class HAProxy(Proxy):
    tools = ("haproxy",)

    def command(self, place, listen, backend):
        configuration = place.configuration(self.name, "haproxy.cfg", listen=listen, backend=backend)
        return [machine.tool("haproxy"), "-f", str(configuration)], None


class NginxStream(Proxy):
    tools = ("nginx", "nginx stream module")

    def command(self, place, listen, backend):
        return nginx(place, self.name, "nginx-stream.conf", listen=listen, backend=backend,
                     load_module=machine.stream_module())


@dataclass(frozen=True)
class Apex(Proxy):
    """One build of Apex with one set of JVM options."""

    home: Path
    jvm_options: tuple = ()

    is_peer = False
    tools = ("java",)

    # What the user has there would count without being seen in the report.
    OTHER_OPTIONS = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")

    SYNTAX = re.compile(r"(?:(?P<name>[\w.+-]+)=)?(?P<home>.+?)(?P<options>(?:,-.*)?)")

    @classmethod
    def parse(cls, text):
        """From [NAME=]DIR[,-OPTION...]."""
        parts = cls.SYNTAX.fullmatch(text)
        if parts is None:
            raise Problem(f"--apex {text}: expected [NAME=]DIR[,JVM-OPTION...], such as"
                          " small=target/apex,-Xmx64m", CANNOT)
        home = Path(parts["home"]).resolve()
        if not (home / "bin" / "apex").is_file():
            raise Problem(f"{home}: there is no bin/apex in it: build it with 'mvn -q package -DskipTests',"
                          " name another with --apex DIR, or leave it out with --without apex", CANNOT)
        # options may have commas themselves, as in -Xlog:gc,safepoint: the next one begins with a hyphen
        options = tuple(f"-{option}" for option in parts["options"].split(",-")[1:])
        return cls(parts["name"] or "apex", home, options)

    @classmethod
    def environment(cls):
        """Returns ours without options of the JVM."""
        return {key: value for key, value in os.environ.items() if key not in cls.OTHER_OPTIONS}

    def describe(self):
        version = machine.output_of(str(self.home / "bin" / "apex"), "--version").splitlines()[-1]
        return f"{self.name}: {version}" + "".join(f" `{option}`" for option in self.jvm_options)

    def command(self, place, listen, backend):
        configuration = place.configuration(self.name, "apex.toml", listen=listen, backend=backend)
        environment = self.environment()
        # The one variable that wins over the command line, and so over conf/jvm.options: JDK_JAVA_OPTIONS does not.
        environment["_JAVA_OPTIONS"] = " ".join(self.jvm_options)
        return [str(self.home / "bin" / "apex"), "--config", str(configuration)], environment


@dataclass(frozen=True)
class Other(Proxy):
    """Any other proxy that can be told its addresses on the command line."""

    template: str

    SYNTAX = re.compile(r"(?P<name>[\w.+-]+)=(?P<template>.+)")

    @classmethod
    def parse(cls, text):
        """From NAME=COMMAND, where {listen}, {backend} and {threads} stand for their values."""
        parts = cls.SYNTAX.fullmatch(text)
        if parts is None or "{listen}" not in text or "{backend}" not in text:
            raise Problem(f"--proxy {text}: expected NAME=COMMAND with {{listen}} and {{backend}} in it, such as"
                          " 'mine=./mine --from {listen} --to {backend}'", CANNOT)
        return cls(parts["name"], parts["template"])

    def describe(self):
        return f"{self.name}: `{self.template}`"

    def command(self, place, listen, backend):
        values = {"{listen}": listen, "{backend}": backend, "{threads}": str(place.threads)}
        arguments = shlex.split(self.template)
        for placeholder, value in values.items():
            arguments = [argument.replace(placeholder, value) for argument in arguments]
        return arguments, None


@dataclass(frozen=True)
class Place:
    """A temporary directory with the files of one comparison, and what all configurations have in common."""

    directory: Path
    threads: int
    sockets: int  # that each proxy may have in all

    def create_files(self):
        """Creates what the HTTP backend serves."""
        root = self.directory / "www"
        root.mkdir()
        (root / "small").write_bytes(b"x" * SMALL_FILE_BYTES)
        (root / "large").write_bytes(bytes(LARGE_FILE_BYTES))

    def configuration(self, name, template, **values):
        """Fills in a template from beside this file."""
        text = string.Template((HERE / template).read_text())
        file = self.directory / f"{name}-{template}"
        file.write_text(text.substitute(values, directory=self.directory, threads=self.threads,
                                        sockets_per_thread=self.sockets // self.threads))
        return file


def http_backend(place, listen):
    """The command of the HTTP backend."""
    return nginx(place, "backend", "nginx-backend.conf", listen=listen)


def nginx(place, name, template, **values):
    # started by root, its workers would become a user who cannot read our files
    user = f"user {pwd.getpwuid(0).pw_name};\n" if os.geteuid() == 0 else ""
    configuration = place.configuration(name, template, user=user, **values)
    return [machine.tool("nginx"), "-e", "stderr", "-p", str(place.directory), "-c", str(configuration)], None
