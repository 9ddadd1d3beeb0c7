"""A plan from a listing in a file, beside `sort -u` of the same file.

Snapshots have as many files as those of the other yardsticks: 500.
"""

import os
import re
import shutil
import subprocess

from bench import Row
from measuring import Failure, run

TITLE = "listed files through discovery, marking and sweeping"
FILES_EACH = 500


def measure(bench):
    generator = bench.product("listing-generator")
    program = bench.product("janitor")
    for files in bench.choose([10_000, 100_000], [100_000, 1_000_000, 10_000_000]):
        # The listing and what references its files, the spill of the sort; the listing in memory, and a plan.
        if not bench.has_room(f"{files:,} files", memory=64 + files // 5000, disk=64 + files // 2300):
            continue
        tree = bench.directory("listing")
        subprocess.check_call([generator, f"{tree}/tree", str(files), str(files // FILES_EACH)])
        listing = f"{tree}/tree/listing"

        def plan():
            state = bench.directory("listing-state")
            with open(f"{bench.work}/listing-plan", "w+") as said:
                measured = run(
                    [program, "plan", "--policy", f"{tree}/tree/policy.json5", "--state", state,
                     "--listing", listing],
                    stdout=said,
                )
                said.seek(0)
                check(said.read(), files)
            return measured

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
        shutil.rmtree(tree)


def check(plan, files):
    """All snapshots stay, and the hundredth of the files that nothing references was found: who gives up
    early would be the fastest. Another exit code than 0 says that something could not be known."""
    unreferenced = files // 100
    snapshots = files // FILES_EACH
    for words in [
        rf"left alone +{unreferenced} .*\n +nothing references it",
        rf"\nin all: 0 go \(.*\), {snapshots} stay \(",
    ]:
        if not re.search(words, plan):
            raise Failure(f"the plan does not say \"{words}\", and ends with: {plan[-500:]}")
