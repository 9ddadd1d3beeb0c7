"""Whole runs over real files beside `find ... -exec rm -rf {} +` on an equal tree."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

from bench import Row
from machine import is_memory
from measuring import Failure, median, run

TITLE = "a run over a local tree"


def make_tree(program, tree, snapshots, files, trash):
    """The metadata are those of the demonstration, each with a name of its own for its one reference:
    a name protects wherever it stands. The other files are Flink's by their names only."""
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(tree)
    subprocess.check_call([program, "demo", "--into", f"{tree}/demo"], stdout=subprocess.DEVNULL)
    model = sorted(glob.glob(f"{tree}/demo/**/savepoint-a0d170-*00", recursive=True))[0]
    with open(f"{model}/_metadata", "rb") as file:
        metadata = file.read()
    [old] = set(re.findall(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", metadata))
    with open(f"{model}/{old.decode()}", "rb") as file:
        state = file.read()
    now = time.time()
    for number in range(snapshots + 1):
        directory = f"{tree}/sp/job/savepoint-000001-{number:012x}"
        os.makedirs(directory)
        at = now - 86400 * 40 + number * 60
        for part in range(files - 1):
            path = f"{directory}/{number:08x}-0000-4000-8000-{part:012x}"
            with open(path, "wb") as file:
                file.write(state if part == 0 else b"x" * 1000)
            os.utime(path, (at, at))
        first = f"{number:08x}-0000-4000-8000-{0:012x}".encode()
        with open(f"{directory}/_metadata", "wb") as file:
            file.write(metadata.replace(old, first))
        os.utime(f"{directory}/_metadata", (at, at))
    shutil.rmtree(f"{tree}/demo")
    with open(f"{tree}/policy.json5", "w") as file:
        file.write(
            f"""{{ defaults: {{ savepoints: {{ keepLast: 1 }}, limits: null, trash: "{trash}" }},
  jobs: [ {{ name: "job", savepoints: "file://{tree}/sp/job" }} ] }}"""
        )
    subprocess.check_call(["sync", "-f", tree])


def measure(bench):
    program = bench.product("janitor")
    files = bench.choose(50, 500)
    places = [(tempfile.gettempdir(), "disk"), ("/dev/shm", "tmpfs")]
    for place, kind in places[bench.choose(1, 0):]:
        if not is_fit(bench, place, kind):
            continue
        top = bench.directory("local", place)
        for snapshots in bench.choose([2, 20], [2, 20, 200]):
            # A file takes a block, and in memory what the kernel knows of it.
            count = (snapshots + 1) * files
            space = 16 + count * 6 // 1024
            needs = {"disk": space, "files": count, "memory": space if kind == "tmpfs" else 0}
            if bench.has_room(f"{kind}, {snapshots * files:,} files", top, **needs):
                yield from measure_size(bench, program, top, kind, snapshots, files)


def is_fit(bench, place, kind):
    """Whether a place is what it is taken for."""
    if not os.path.isdir(place):
        reason = f"there is no {place}"
    elif kind == "tmpfs" and not is_memory(place):
        reason = f"{place} is no file system in memory"
    elif kind == "disk" and is_memory(place):
        reason = f"{place} is in memory: name a folder on a disk by TMPDIR"
    else:
        return True
    bench.leave_out(kind, reason)
    return False


def measure_size(bench, program, top, kind, snapshots, files):
    # The journal lies where the tree does: a run on tmpfs has no other disk to wait for.
    tree, state = f"{top}/tree", f"{top}/state"
    last = f"savepoint-*{snapshots:012x}"

    def find():
        make_tree(program, tree, snapshots, files, "0d")
        return checked(run(["find", f"{tree}/sp/job", "-mindepth", "1", "-maxdepth", "1", "-type",
                            "d", "!", "-name", last, "-exec", "rm", "-rf", "{}", "+"]))

    def janitor(trash):
        make_tree(program, tree, snapshots, files, trash)
        shutil.rmtree(state, ignore_errors=True)
        os.makedirs(state)
        return checked(run([program, "run", "--policy", f"{tree}/policy.json5", "--state", state]))

    def checked(measure):
        left = glob.glob(f"{tree}/sp/job/savepoint-*")
        if len(left) != 1:
            raise Failure(f"{len(left)} snapshots are left, and 1 should be")
        return measure

    found = [(find(), janitor("0d"), janitor("7d")) for _ in range(bench.repetitions)]
    theirs, removal, trash = (median(list(each)) for each in zip(*found))
    work = f"{snapshots * files:,} files"
    for name, ours in [("removed", removal), ("to the trash", trash)]:
        row = Row(f"local {kind}, {name}", work, snapshots * files, ours, "find -exec rm -rf", theirs,
                  by="wall")
        if name == "removed" and snapshots == 200:
            row.bound, row.met = "<= 1.0", row.ratio <= 1
        yield row
