"""Hostile files and signals for the part combined of the script attack."""

import contextlib
import os
import random
import shutil
import signal
import threading

PAUSE = 5  # s from one change of the files to the next
HUPS = 50  # signals of a burst
BROKEN = ("password = \"secret", "[listeners.good]\nlisten_addr = 7\n", "\x00\x1b[2J\u202e", "a." * 5_000 + "b = 1",
          "x = [" + "[" * 2_000)
GARBAGE = random.Random(1).randbytes(100_000)
INCLUDED = '[pools.included]\nbackends = ["127.0.0.1:9"]\n'
PAIR = "tls.crt", "tls.key"  # next to the configuration


class HostileFiles(threading.Thread):
    """Damages one of the files that Apex reads, or repairs all of them, and then sends SIGHUP in bursts; repeatedly."""

    def __init__(self, directory, plugins, jar, contents, process):
        """Creates the included files; jar is a jar of plugins, contents(comment) the valid configuration."""
        super().__init__(daemon=True)
        self._directory = directory
        self._plugins = plugins
        self._jar = jar
        self._contents = contents
        self._process = process
        self._over = threading.Event()
        self._misdeeds = [lambda text=text: self._write("config.toml", text.encode()) for text in BROKEN]
        self._misdeeds += [lambda: self._make(os.mkfifo, "config.toml"), *self._of_others(), *self._of_plugins()]
        self._valid = {name: (directory / name).read_bytes() for name in PAIR}
        (directory / "conf.d").mkdir()
        self.changes = 0
        self._repair("start")

    def run(self):
        while not self._over.wait(PAUSE):
            self._repair(f"version {self.changes}")
            if self.changes % 3:
                choice = self.changes - self.changes // 3 - 1  # each misdeed in turn
                self._misdeeds[choice % len(self._misdeeds)]()
            for _ in range(HUPS):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._process(), signal.SIGHUP)
            self.changes += 1

    def end(self):
        self._over.set()
        self.join()
        self._repair("end")

    def _of_others(self):
        """Returns the misdeeds with files that the configuration names."""
        return [
            lambda: self._write("overrides.toml", GARBAGE),
            lambda: self._make(os.mkfifo, "overrides.toml"),
            lambda: self._write("conf.d/included.toml", GARBAGE),
            lambda: self._write("conf.d/second.toml", INCLUDED.encode()),  # the same pool twice
            lambda: self._make(os.mkfifo, "conf.d/fifo.toml"),
            lambda: self._make(lambda path: os.symlink("loop.toml", path), "conf.d/loop.toml"),
            lambda: self._write(PAIR[0], GARBAGE),
            lambda: self._write(PAIR[1], self._valid[PAIR[1]][:100]),
            lambda: self._make(os.mkfifo, PAIR[0]),
            lambda: self._make(os.mkdir, PAIR[1]),
        ]

    def _of_plugins(self):
        """Returns the misdeeds with jars."""
        return [
            lambda: self._write(self._plugins / "garbage.jar", GARBAGE),
            lambda: self._write(self._plugins / "empty.jar", b""),
            lambda: self._write(self._plugins / "half.jar", self._jar.read_bytes()[:-1_000]),
            lambda: self._write(self._plugins / "twice.jar", self._jar.read_bytes()),
            lambda: self._make(os.mkfifo, self._plugins / "fifo.jar"),
            lambda: self._make(os.mkdir, self._plugins / "folder.jar"),
            lambda: self._make(lambda path: os.symlink("absent", path), self._plugins / "link.jar"),
            lambda: self._write(self._plugins / "\x1b[2J\u202e.jar", GARBAGE),
        ]

    def _repair(self, comment):
        """Makes all files valid, and removes the others."""
        for file in [*self._directory.glob("conf.d/*"), *self._plugins.glob("*.jar")]:
            if file != self._jar and file.name not in ("included.toml", "apex-health-http.jar"):
                remove(file)
        self._write("config.toml", self._contents(comment).encode())
        self._write("overrides.toml", b"")
        self._write("conf.d/included.toml", INCLUDED.encode())
        for name, content in self._valid.items():
            self._write(name, content)

    def _write(self, name, content):
        """Replaces a file."""
        file = self._directory / name
        aside = self._directory / "aside"
        aside.write_bytes(content)
        if file.is_dir():
            remove(file)
        aside.replace(file)

    def _make(self, maker, name):
        """Replaces a file by something else."""
        file = self._directory / name
        remove(file)
        maker(file)


def remove(file):
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)
