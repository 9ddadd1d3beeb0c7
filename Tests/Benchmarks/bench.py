"""What the yardsticks share: building, services, rows of results, and the table.

A yardstick is a module with a `TITLE` and a function `measure(bench)` that gives rows. Each row has our
figures and those of a peer, taken in turns in the same minutes, as medians over repetitions. CPU times
are those of a command and all its children: on a machine that does other things too they are what to
compare.
"""

import dataclasses
import math
import os
import shutil
import statistics
import subprocess
import tempfile

from measuring import Measure, median

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclasses.dataclass
class Row:
    """One comparison. `by` says whether the ratio is of wall clock or CPU; `bound` is what is asked for;
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

    @property
    def ratio(self):
        """Ours as a share of the peer's: below 1 we are faster."""
        if self.theirs is None or getattr(self.theirs, self.by) == 0:
            return None
        return getattr(self.ours, self.by) / getattr(self.theirs, self.by)

    @property
    def beside(self):
        """The peer, with what was measured of it."""
        return f"{self.peer} ({self.sample})" if self.sample else self.peer

    def json(self):
        return dataclasses.asdict(self) | {"ratio": self.ratio}


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
            build = ["swift", "build", "-c", "release", "--package-path", CHECKOUT]
            subprocess.check_call(build + ["--product", name], stdout=subprocess.DEVNULL)
            folder = subprocess.check_output(build + ["--show-bin-path"], text=True).strip()
            self.built[name] = f"{folder}/{name}"
        return self.built[name]

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

    def turns(self, ours, theirs):
        """Medians of two measurements taken in turns, so that the machine's other work meets both."""
        pairs = [(ours(), theirs()) for _ in range(self.repetitions)]
        return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])


def table(rows):
    """Rows as text: ours, the peer's, the ratio, what was asked for."""
    heads = ["yardstick", "work", "wall s", "CPU s", "peak MiB", "processes",
             "peer", "wall s", "CPU s", "ratio", "growth", "asked for"]
    lines = [heads]
    for row in rows:
        theirs = row.theirs
        verdict = "" if row.met is None else ("  met" if row.met else "  MISSED")
        lines.append([
            row.yardstick, row.work, figure(row.ours.wall), figure(row.ours.cpu),
            f"{row.ours.peak:.0f}", "" if row.ours.processes is None else str(row.ours.processes),
            row.beside, figure(theirs.wall) if theirs else "", figure(theirs.cpu) if theirs else "",
            "" if row.ratio is None else f"{row.ratio:.2f} {row.by}",
            "" if row.exponent is None else f"n^{row.exponent:.2f}", row.bound + verdict,
        ])
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    left = {0, 1, 6, 11}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )


def markdown(document):
    """What the README shows of written figures: the largest row that something is asked of, by series."""
    last = {}
    for row in document["rows"]:
        if row["bound"]:
            last[row["yardstick"], row["peer"]] = row
    lines = ["| work | janitor | beside it | ratio | asked for |", "|---|---|---|---|---|"]
    for row in last.values():
        by = row["by"]
        unit = "s CPU" if by == "cpu" else "s"
        ours = f"{figure(row['ours'][by])} {unit}, {row['ours']['peak']:.0f} MiB"
        processes = row["ours"]["processes"] or 1
        if processes > 1:
            ours += f", {processes} processes"
        peer = row["peer"].replace("|", "\\|")
        theirs = f"`{peer}`: {figure(row['theirs'][by])} {unit}"
        asked = row["bound"] + ("" if row["met"] else ", missed")
        name = f"{row['yardstick']}: {row['work']}"
        lines.append(f"| {name} | {ours} | {theirs} | {row['ratio']:.2f} | {asked} |")
    return "\n".join(lines)


def figure(seconds):
    """As many digits as matter; nothing where it was not measured."""
    if seconds is None:
        return ""
    return f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}" if seconds < 100 else f"{seconds:.0f}"
