"""The machine: installed tools, the limit of descriptors, free ports, and their description for the report."""

import datetime
import math
import os
import platform
import random
import re
import resource
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from problems import CANNOT, Problem

DESCRIPTORS = 20_000  # enough for about 9,500 connections through each proxy

PACKAGES = {
    "haproxy": "haproxy",
    "nginx": "nginx",
    "nginx stream module": "libnginx-mod-stream",
    "wrk": "wrk",
    "openssl": "openssl",
    "java": "openjdk-17-jre-headless",
    "javac": "openjdk-17-jdk-headless",
}


def tool(name):
    """Returns the path of an executable, or None. On Debian, daemons are not on the PATH of ordinary users."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def java():
    """Returns the java that bin/apex will use, or None."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(os.path.join(home, "bin", "java")) if home else tool("java")


def stream_module():
    """Returns the line that loads the stream module of nginx: empty if it is built in, None if it is missing."""
    nginx = tool("nginx")
    if nginx is None:
        return None
    built_with = output_of(nginx, "-V")
    if re.search(r"--with-stream(\s|$)", built_with):
        return ""
    modules = re.search(r"--modules-path=(\S+)", built_with)
    module = Path(modules.group(1) if modules else "/usr/lib/nginx/modules", "ngx_stream_module.so")
    return f"load_module {module};\n" if module.exists() else None


@dataclass(frozen=True)
class Root:
    """A directory with the packages of another Debian for x86-64, such as debootstrap makes. Its programs run with its
    loader and its libraries, without a change of the root directory."""

    directory: Path

    LIBRARIES = "usr/lib/x86_64-linux-gnu"

    def program(self, name):
        """Returns the command of a program."""
        libraries = self.directory / self.LIBRARIES
        program = self.directory / "usr/sbin" / name
        loader = libraries / "ld-linux-x86-64.so.2"
        for file in (program, loader):
            if not file.is_file():
                raise Problem(f"--peers {self.directory}: {file} not found: debootstrap --variant=minbase"
                              " --include=haproxy,nginx,libnginx-mod-stream trixie DIR", CANNOT)
        return [str(loader), "--library-path", str(libraries), str(program)]

    def stream_module(self):
        """Returns the line that loads the stream module of nginx."""
        return f"load_module {self.directory}/usr/lib/nginx/modules/ngx_stream_module.so;\n"


def require(names):
    """Raises a Problem that names all missing packages."""
    found = {
        "java": java,
        "nginx stream module": stream_module,
    }
    missing = [PACKAGES[name] for name in names if found.get(name, lambda: tool(name))() is None]
    if missing:
        raise Problem(
            f"missing: {', '.join(missing)}; on Debian or Ubuntu: apt install {' '.join(missing)}", CANNOT)


def most_descriptors():
    """Returns the hard limit of descriptors, or infinity."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return math.inf if hard == resource.RLIM_INFINITY else hard


def take_descriptors(needed):
    """Sets the limit of descriptors for this process and its children; returns the limit.

    The limit is not the highest possible one: at their start, HAProxy and nginx allocate memory for as many connections
    as the limit allows, and the limit would dominate the comparison of memory.
    """
    limit = max(DESCRIPTORS, needed)
    hard = most_descriptors()
    if hard < limit:
        if hard < needed:
            raise Problem(f"{needed} file descriptors are needed, the hard limit is {hard}: raise it (ulimit -Hn), or"
                          " reduce --idle-connections or --open-connections", CANNOT)
        limit = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    return limit


class FreePorts:
    """Allocates unused loopback addresses. Their ports are below the ephemeral range: under load, an ephemeral port
    can be taken between the check and the start of the proxy."""

    SPAN = 10_000
    ATTEMPTS = 1_000

    def __init__(self):
        lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        self._candidates = range(max(1024, lowest_outgoing - self.SPAN), lowest_outgoing)
        self._given = set()

    def next(self):
        for _ in range(self.ATTEMPTS if self._candidates else 0):
            port = random.choice(self._candidates)
            if port not in self._given and self._is_free(port):
                self._given.add(port)
                return "127.0.0.1", port
        raise Problem(f"no free port on 127.0.0.1 among {self.ATTEMPTS} tried in {self._candidates}")

    @staticmethod
    def _is_free(port):
        with socket.socket() as probe:
            # without this, bind fails for a minute after the last connection, although servers can use the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return True
            except OSError:
                return False


def description(tools):
    """Returns lines for the head of the report, with the versions of these tools."""
    versions = {
        "haproxy": lambda: output_of(tool("haproxy"), "-v").splitlines()[0],
        "nginx": lambda: output_of(tool("nginx"), "-v"),
        "wrk": lambda: output_of(tool("wrk"), "-v").splitlines()[0],
        "openssl": lambda: output_of(tool("openssl"), "version"),
        "java": lambda: output_of(java(), "-version").splitlines()[-1],
    }
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return [
        datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        f"{processor[1] if processor else platform.machine()}, {len(os.sched_getaffinity(0))} processors,"
        f" {int(memory[1]) / 1024 ** 2:.0f} GiB",
        f"{platform.system()} {platform.release()}, load before {os.getloadavg()[0]:.2f}",
        *(version() for name, version in versions.items() if name in tools)]


def output_of(*command, environment=None):
    """Returns the output of a short command on both streams, because tools print their version on either."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30,
                              env=environment)
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{' '.join(command)}: no answer within 30 s") from error
    return done.stdout.strip() or f"unknown (exit status {done.returncode})"
