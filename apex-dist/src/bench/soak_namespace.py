"""A network namespace for the soak: with its own ports, and with connections that move when a listening socket closes.

Without net.ipv4.tcp_migrate_req, the kernel resets connections that a process has not accepted when it is replaced.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

ENTERED = "APEX_SOAK_NAMESPACE"
SETTING = Path("/proc/sys/net/ipv4/tcp_migrate_req")
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
INTERFACE = struct.Struct("16sH14x")


def enter():
    """Executes this program again in a namespace, if the machine allows one; prepares that namespace."""
    if ENTERED in os.environ:
        activate_loopback()
        if SETTING.exists():
            SETTING.write_text("1")
        return
    unshare = shutil.which("unshare")
    if unshare is None:
        return
    command = [unshare, "--net"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        os.environ[ENTERED] = "1"
        os.execv(unshare, [*command, sys.executable, *sys.argv])


def migrates():
    """Returns the value of the setting."""
    return SETTING.read_text().strip() if SETTING.exists() else "missing"


def activate_loopback():
    with socket.socket() as any_socket:
        answer = fcntl.ioctl(any_socket, SIOCGIFFLAGS, INTERFACE.pack(b"lo", 0))
        flags = INTERFACE.unpack(answer)[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, INTERFACE.pack(b"lo", flags | IFF_UP))
