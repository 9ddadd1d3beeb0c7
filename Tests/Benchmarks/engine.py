"""Snapshots through the policy's rules, beside the one-liner's engine: a sort by time."""

import json
import os
import random

from bench import Row, exponent
from measuring import Measure, run, said

TITLE = "snapshots through the policy"
# The power of the count that the CPU time may grow with: what passes for linear.
LINEAR = 1.1


def measure(bench):
    program = bench.product("engine-benchmark")
    rows = []
    for count in bench.choose([1_000, 10_000, 100_000], [10_000, 100_000, 1_000_000]):
        if not bench.has_room(f"{count:,} snapshots", memory=64 + count // 1000, disk=count // 5000):
            continue
        listing = f"{bench.work}/engine-listing"
        numbers = random.Random(count)
        with open(listing, "w") as file:
            for number in range(count):
                file.write(f"{1_700_000_000 + numbers.randrange(10**8)} /flink/cp/chk-{number}\n")

        def ours():
            own = json.loads(said([program, str(count)]))
            return Measure(own["wall"], own["cpu"], own["peakMiB"])

        def sort():
            return run(
                ["sort", "-rn", "-T", bench.work, listing], env={**os.environ, "LC_ALL": "C"}
            )

        own, theirs = bench.turns(ours, sort)
        row = Row("engine", f"{count:,} snapshots", count, own, "sort -rn", theirs)
        rows.append(row)
        if count == 1_000_000:
            power = exponent(rows)
            row.bound = "< 2 s CPU, linear"
            row.met = own.cpu < 2 and power is not None and power <= LINEAR
        yield row
        os.remove(listing)
