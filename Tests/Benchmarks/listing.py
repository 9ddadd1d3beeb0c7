"""A plan from a listing in a file, beside `sort -u` of the same file.

Snapshots have as many files as those of the other yardsticks: 500.
"""

import os
import subprocess

from bench import Row
from measuring import run

TITLE = "listed files through discovery, marking and sweeping"


def measure(bench):
    generator = bench.product("listing-generator")
    program = bench.product("janitor")
    for files in bench.choose([10_000, 100_000], [100_000, 1_000_000, 10_000_000]):
        tree = bench.directory("listing")
        subprocess.check_call([generator, f"{tree}/tree", str(files), str(files // 500)])
        listing = f"{tree}/tree/listing"

        def plan():
            state = bench.directory("listing-state")
            return run(
                [program, "plan", "--policy", f"{tree}/tree/policy.json5", "--state", state,
                 "--listing", listing],
                accept=(0, 3),
            )

        def sort():
            return run(["sort", "-u", "-T", tree, listing], env={**os.environ, "LC_ALL": "C"})

        # Both find it in memory.
        with open(listing, "rb") as file:
            while file.read(1 << 20):
                pass
        ours, theirs = bench.turns(plan, sort)
        row = Row("listing", f"{files:,} files", files, ours, "sort -u", theirs)
        if files == 10_000_000:
            row.bound, row.met = "<= 1.0, < 1 GiB", row.ratio <= 1 and ours.peak < 1024
        yield row
