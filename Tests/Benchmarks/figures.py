"""The file with the figures."""

import json
import os
import platform

from machine import CHECKOUT
from measuring import Failure

# The yardsticks, in the order that they are measured and stand in.
NAMES = ["startup", "commands", "engine", "metadata", "listing", "local", "hdfs", "s3"]


def usual(size):
    """Where they go if nothing else is said."""
    return f"{CHECKOUT}/.build/benchmark{'' if size == 'full' else f'-{size}'}.json"


class Figures:
    """What one run writes. Rows of other yardsticks that the file holds stay."""

    def __init__(self, path, size, repetitions, commit):
        self.path = os.path.abspath(path)
        self.size = size
        # Of programs that were built before it is not known what they were built from.
        before = "JANITOR_BENCHMARK_BIN" in os.environ
        self.how = {"repetitions": repetitions, "commit": commit, "builtBefore": before}
        self.rows = []
        self.missing = {}
        if os.path.exists(self.path):
            self.read()
        # What cannot be written is to be known before an hour has gone.
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        self.write()

    def read(self):
        with open(self.path) as file:
            before = json.load(file)
        if before["size"] != self.size:
            raise Failure(f"\"{self.path}\" has figures of size {before['size']}: name another file")
        self.rows = before["rows"]
        self.missing = before.get("missing", {})

    def add(self, name, rows, missing):
        """After each yardstick, so that a run that is cut off has left what it measured."""
        self.rows = [row for row in self.rows if row["of"] != name]
        self.rows += [{"of": name} | self.how | row.json() for row in rows]
        self.rows.sort(key=lambda row: NAMES.index(row["of"]))
        self.missing.pop(name, None)
        if missing:
            self.missing[name] = missing
        self.write()

    def write(self):
        document = {
            "format": 1, "size": self.size,
            "machine": {"processors": os.cpu_count(), "system": platform.platform()},
            "missing": self.missing, "rows": self.rows,
        }
        with open(f"{self.path}.new", "w") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
        os.replace(f"{self.path}.new", self.path)
