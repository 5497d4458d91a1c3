"""The finished parts of a comparison, in a file that a later call continues."""

import os
import pickle
from pathlib import Path

from problems import CANNOT, Problem


class Finished:
    """What the finished parts have measured, with the description of each call."""

    def __init__(self, file, names):
        """Reads the file if there is one; names are those of the proxies, the same ones in all calls."""
        self._file = file
        self.parts, self.samples, self.complaints, self.environment = [], {}, [], []
        self._names = names
        if file and file.exists():
            self._names, self.parts, self.samples, self.complaints, self.environment = pickle.loads(file.read_bytes())
        if self._names != names:
            raise Problem(f"--resume {file}: its proxies are {', '.join(self._names)}, and not {', '.join(names)}:"
                          " select the same ones, or another file", CANNOT)

    def describe(self, lines):
        """Adds the lines that no earlier call has."""
        self.environment += [line for line in lines if line not in self.environment]

    def add(self, parts):
        """Adds parts, and stores all samples and complaints so far."""
        self.parts += parts
        if self._file:
            aside = Path(f"{self._file}.new")
            aside.write_bytes(pickle.dumps(
                (self._names, self.parts, self.samples, self.complaints, self.environment)))
            os.replace(aside, self._file)
