"""What a soak observes of its proxy in addition to the connections: memory, descriptors, and the log."""

import threading

PERIOD = 1  # s between two samples
MOST_LINES = 10  # examples


class Sampler(threading.Thread):
    """Samples the resident memory and the descriptors of the serving processes."""

    def __init__(self, process, group):
        super().__init__(daemon=True)
        self._serving = process, group
        self._samples = []
        self._over = threading.Event()
        self._lock = threading.Lock()

    def serve(self, process, group):
        """Changes the observed processes."""
        self._serving = process, group

    def take(self):
        """Returns the samples since the last call: a name of the process, its bytes and its descriptors."""
        with self._lock:
            samples, self._samples = self._samples, []
        return samples

    def run(self):
        while not self._over.wait(PERIOD):
            process, group = self._serving
            sample = [process, group.resident_bytes(), sum(group.descriptors().values())]
            if sample[1]:  # otherwise the processes have ended
                with self._lock:
                    self._samples.append(sample)

    def end(self):
        self._over.set()
        self.join()


class LogScan:
    """Finds lines of logs that a pattern matches, each once."""

    def __init__(self, pattern):
        self._pattern = pattern
        self._positions = {}  # by file

    def lines(self, files):
        """Returns the new lines of files."""
        return [line for file in files for line in self._new_lines(file) if self._pattern.search(line)]

    def _new_lines(self, file):
        with open(file, "rb") as log:
            log.seek(self._positions.get(file, 0))
            content = log.read()
        complete = content[:content.rfind(b"\n") + 1]
        self._positions[file] = self._positions.get(file, 0) + len(complete)
        return complete.decode(errors="replace").splitlines()
