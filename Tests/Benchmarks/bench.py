"""What the yardsticks share: building, services, and rows of results.

A yardstick is a module with a `TITLE` and a function `measure(bench)` that gives rows. Each row has our
figures and those of a peer, taken in turns in the same minutes, as medians over repetitions. CPU times
are those of a command and all its children: on a machine that does other things too they are what to
compare.
"""

import collections
import dataclasses
import glob
import math
import os
import shutil
import statistics
import subprocess
import tempfile

import machine
from machine import CHECKOUT
from measuring import Failure, Measure, median


@dataclasses.dataclass
class Row:
    """One comparison. `by` says whether the verdict goes by wall clock or CPU; `bound` is what is asked for;
    `sample` how much of the peer's work was measured, where the rest was reckoned."""

    yardstick: str
    work: str
    count: int
    ours: Measure
    peer: str = ""
    theirs: Measure | None = None
    by: str = "cpu"
    bound: str = ""
    met: bool | None = None
    exponent: float | None = None
    sample: str = ""

    def share(self, by):
        """Ours as a share of the peer's: below 1 we are faster. None where it was not measured."""
        ours, theirs = getattr(self.ours, by), self.theirs and getattr(self.theirs, by)
        return ours / theirs if ours is not None and theirs else None

    @property
    def ratio(self):
        """The share that the verdict goes by."""
        return self.share(self.by)

    @property
    def beside(self):
        """The peer, with what was measured of it."""
        return f"{self.peer} ({self.sample})" if self.sample else self.peer

    def json(self):
        ratios = {"ratio": self.ratio, "ratios": {by: self.share(by) for by in ["wall", "cpu"]}}
        return dataclasses.asdict(self) | ratios

    @classmethod
    def read(cls, json):
        """What `json` gave, whatever stands beside it."""
        row = cls(**{each.name: json[each.name] for each in dataclasses.fields(cls) if each.name in json})
        row.ours = Measure(**row.ours)
        row.theirs = row.theirs and Measure(**row.theirs)
        return row


def sample(measured, all, what):
    """Says how much was measured, where it was not all."""
    return "" if measured == all else f"{measured:,} of {all:,} {what} measured"


def exponent(rows):
    """The power of the count that our CPU time grows with, by least squares; None for fewer than two."""
    points = [(math.log(row.count), math.log(max(row.ours.cpu, 1e-9))) for row in rows]
    if len(points) < 2:
        return None
    x = statistics.mean(point[0] for point in points)
    y = statistics.mean(point[1] for point in points)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


class Bench:
    """One run of the benchmark."""

    def __init__(self, size, repetitions):
        self.is_small = size == "small"
        self.repetitions = repetitions
        self.work = tempfile.mkdtemp(prefix="janitor-benchmark-")
        self.closers = []
        # Before anything is written: it may be written into the checkout.
        self.commit = machine.commit()
        self.left_out = []
        self.built = {}
        self.services = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for close in reversed(self.closers):
            close()
        shutil.rmtree(self.work, ignore_errors=True)

    def choose(self, small, full):
        return small if self.is_small else full

    def has_room(self, work, place=None, **needs):
        """Whether the machine is large enough for some work, by `machine.lacking`: where it is not, the work is
        left out, and that is said."""
        lacks = machine.lacking(place or self.work, **needs)
        if lacks:
            self.leave_out(work, lacks)
        return not lacks

    def leave_out(self, work, reason):
        self.left_out.append(f"{work}: {reason}")

    def take_left_out(self):
        left, self.left_out = self.left_out, []
        return left

    def directory(self, name, place=None):
        """A fresh empty directory, removed at the end."""
        if place is None:
            path = f"{self.work}/{name}"
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path)
            return path
        path = tempfile.mkdtemp(prefix=f"janitor-benchmark-{name}-", dir=place)
        self.closers.append(lambda: shutil.rmtree(path, ignore_errors=True))
        return path

    def product(self, name):
        """The path of a program of the package: built for release, or as it lies in the folder that
        $JANITOR_BENCHMARK_BIN names."""
        if "JANITOR_BENCHMARK_BIN" in os.environ:
            return f"{os.environ['JANITOR_BENCHMARK_BIN']}/{name}"
        if name not in self.built:
            self.built[name] = f"{self.build(name)}/{name}"
        return self.built[name]

    def build(self, name):
        """Builds a program, and gives the folder that it lies in. Janitor is the static one that ships, with
        the commit in it, built where Tests/run builds it."""
        command = ["swift", "build", "-c", "release", "--package-path", CHECKOUT, "--product", name]
        environment = dict(os.environ)
        if name == "janitor":
            command += ["--static-swift-stdlib", "--scratch-path", f"{CHECKOUT}/.build/static"]
            environment["JANITOR_COMMIT"] = self.commit or ""
        built = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if built.returncode != 0:
            raise Failure(f"{name} cannot be built:\n{built.stdout[-3000:]}")
        return subprocess.check_output(
            [*command, "--show-bin-path"], env=environment, text=True
        ).strip()

    def service(self, name):
        """Brings up a test service and gives what it prints, as a dictionary."""
        if name not in self.services:
            script = f"{CHECKOUT}/Tests/Services/{name}"
            folder = f"{self.work}/service-{name}"
            subprocess.check_call([script, "install"], stdout=subprocess.DEVNULL)
            self.closers.append(lambda: subprocess.call([script, "stop", folder]))
            said = subprocess.check_output([script, "start", folder], text=True)
            lines = [line.split("=", 1) for line in said.splitlines() if "=" in line]
            self.services[name] = dict(lines)
        return self.services[name]

    def last_words(self, name):
        """What the programs of a service said last, if it was brought up."""
        words = []
        for path in sorted(glob.glob(f"{self.work}/service-{name}/log/*")):
            with open(path, errors="replace") as log:
                lines = "".join(collections.deque(log, 5))
            if lines:
                words.append(f"{os.path.basename(path)} of the service ends with:\n{lines}")
        return "".join(words)

    def turns(self, ours, theirs):
        """Medians of two measurements taken in turns, so that the machine's other work meets both."""
        pairs = [(ours(), theirs()) for _ in range(self.repetitions)]
        return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
