"""Started processes, each in its own process group. Forked workers are thus counted and ended with their parent, and
Ctrl-C reaches only this process, which ends the groups in order."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from problems import Problem

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_TIMEOUT = 30  # s; a JVM on a busy machine takes a few
STOP_TIMEOUT = 5  # s from SIGTERM to SIGKILL
POLL = 0.001  # s between attempts to connect: the resolution of start-up times


class Interrupted(BaseException):
    """Raised after a termination signal. Not an Exception, so that no handler treats it as a failure."""

    def __init__(self, number):
        self.status = 128 + number


class Signals:
    """Raises Interrupted on the first termination signal: once, and never between the start of a process and its
    registration."""

    ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self):
        self._held = False
        self._pending = None

    def install(self):
        for number in self.ENDING:
            signal.signal(number, self._handle)

    def ignore(self):
        """Ignores termination signals from now on, so that they do not interrupt the cleanup."""
        for number in self.ENDING:
            signal.signal(number, signal.SIG_IGN)

    def _handle(self, number, _frame):
        self.ignore()
        if self._held:
            self._pending = number
        else:
            raise Interrupted(number)

    @contextlib.contextmanager
    def held(self):
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._pending is not None:
                raise Interrupted(self._pending)


class ProcessGroup:
    """A command and all processes that it forks. Its output goes to a file."""

    def __init__(self, name, command, environment, log, signals, groups):
        self.name = name
        self._log = log
        self._stopped = False
        with signals.held(), open(log, "wb") as output:
            self._started = time.monotonic()
            try:
                self._leader = subprocess.Popen(
                    command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                    start_new_session=True)
            except OSError as error:
                raise Problem(f"{name}: cannot run {command[0]}: {error.strerror}") from error
            groups.callback(self.stop)

    def await_port(self, address):
        """Waits until the address accepts; returns the seconds since the start."""
        while True:
            with socket.socket() as client:
                accepted = client.connect_ex(address) == 0
            seconds = time.monotonic() - self._started
            self.check_alive()
            if accepted:
                return seconds
            if seconds > START_TIMEOUT:
                raise Problem(f"{self.name}: does not accept on {address[0]}:{address[1]}"
                              f" {START_TIMEOUT} s after its start{self._last_output()}")
            time.sleep(POLL)

    def await_output(self):
        """Waits for the first output of the command."""
        deadline = time.monotonic() + START_TIMEOUT
        while self.log_bytes() == 0:
            self.check_alive()
            if time.monotonic() > deadline:
                raise Problem(f"{self.name}: no output {START_TIMEOUT} s after its start")
            time.sleep(POLL)

    def await_line(self, text, seconds):
        """Waits until the output of the command contains a text."""
        deadline = time.monotonic() + seconds
        while text not in self._log.read_text(errors="replace"):
            self.check_alive()
            if time.monotonic() > deadline:
                raise Problem(f"{self.name}: '{text}' not in its output after {seconds} s{self._last_output()}")
            time.sleep(0.01)

    def await_end(self, seconds):
        """Waits until the command ends with status 0; returns the lines of its output."""
        try:
            status = self._leader.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Problem(f"{self.name}: not done after {seconds} s{self._last_output()}") from error
        self.stop()  # ends forked processes
        if status:
            raise Problem(f"{self.name}: ended with status {status}{self._last_output()}")
        return self._log.read_text(errors="replace").splitlines()

    def check_alive(self):
        if self._leader.poll() is not None:
            raise Problem(f"{self.name}: ended with status {self._leader.returncode}{self._last_output()}")

    def log(self):
        """Returns the file with the output of the command."""
        return self._log

    def leader(self):
        """Returns the process id of the command."""
        return self._leader.pid

    def cpu_seconds(self):
        """Returns the user and system time of all threads so far, in steps of a clock tick (10 ms)."""
        return sum(stat.ticks for stat in self._members()) / TICKS_PER_SECOND

    def resident_bytes(self):
        """Returns the sum of VmRSS of all processes; shared pages are counted for each process."""
        return sum(resident_bytes(stat.process) for stat in self._members())

    def descriptors(self):
        """Returns the number of open file descriptors of each process, by process id."""
        return {int(stat.process): descriptors(stat.process) for stat in self._members()}

    def status(self):
        """Returns the exit status of the command, or None while it runs."""
        return self._leader.poll()

    def log_bytes(self):
        return self._log.stat().st_size

    def stop(self):
        """Ends all processes. Does nothing when called again, because the group id can then be reused."""
        if self._stopped:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._members():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._leader.pid, number)
            deadline = time.monotonic() + STOP_TIMEOUT
            while self._members() and time.monotonic() < deadline:
                time.sleep(0.01)
        self._leader.wait(STOP_TIMEOUT)
        self._stopped = True

    def _members(self):
        stats = (ProcessStat.of(entry) for entry in os.listdir("/proc") if entry.isdecimal())
        return [stat for stat in stats if stat and stat.group == self._leader.pid]

    def _last_output(self):
        lines = self._log.read_text(errors="replace").splitlines()[-10:]
        return "; its output:\n  " + "\n  ".join(lines) if lines else "; without output"


class ProcessStat:
    """One line of /proc/PID/stat, see proc(5)."""

    def __init__(self, process, line):
        self.process = process
        fields = line[line.rindex(")") + 2:].split()  # the name can contain any character; fields from 3 on
        self.state = fields[0]
        self.group = int(fields[2])
        self.ticks = int(fields[11]) + int(fields[12])

    @classmethod
    def of(cls, process):
        """Returns None for a process that has ended, including zombies."""
        try:
            stat = cls(process, Path("/proc", process, "stat").read_text(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if stat.state in "ZX" else stat


def descriptors(process):
    """Returns the number of open file descriptors of a process."""
    try:
        return len(os.listdir(f"/proc/{process}/fd"))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def resident_bytes(process):
    """Returns VmRSS of a process. The value in /proc/PID/stat is inaccurate by up to about 100 KiB, because Linux
    counts per processor."""
    try:
        status = Path("/proc", process, "status").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    resident = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(resident.group(1)) * 1024 if resident else 0
