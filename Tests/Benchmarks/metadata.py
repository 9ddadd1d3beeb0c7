"""Reading `_metadata` beside Flink's own reader, which runs in one warm virtual machine."""

import glob
import json
import os
import shutil
import subprocess

from bench import Row
from machine import CHECKOUT
from measuring import Measure, said

TITLE = "metadata beside Flink's own reader"
VERSION = "2.3.0"


def flink_reader(bench):
    """Compiles the little program around Flink's reader; gives the command line before its words."""
    service = f"{CHECKOUT}/Tests/Services/flink"
    subprocess.check_call([service, "install"], stdout=subprocess.DEVNULL)
    cache = os.environ.get("JANITOR_TEST_CACHE", os.path.expanduser("~/.cache/janitor-tests"))
    classes = bench.directory("flink-reader")
    jars = f"{cache}/flink-{VERSION}/lib/*"
    source = f"{os.path.dirname(os.path.abspath(__file__))}/MetadataBenchmark/FlinkReader.java"
    subprocess.check_call(["javac", "-nowarn", "-cp", jars, "-d", classes, source])
    return ["java", "-Dlog4j2.level=OFF", "-cp", f"{classes}:{jars}", "FlinkReader"]


def real_files(bench):
    """Metadata of all kinds that Flink wrote itself, in this checkout and beside it."""
    folder = bench.directory("metadata-real")
    places = [f"{CHECKOUT}/Tests/FlinkMetadataTests/Fixtures", f"{CHECKOUT}/../shared/flink/fixtures"]
    for place in places:
        for path in sorted(glob.glob(f"{place}/lab__flink*/_metadata")):
            snapshot = f"{folder}/{os.path.basename(os.path.dirname(path))}"
            os.makedirs(snapshot, exist_ok=True)
            shutil.copy(path, f"{snapshot}/_metadata")
    return folder


def generated_files(bench, references):
    """A hundred checkpoints of so many references each, as the listing generator writes them."""
    made = bench.directory("metadata-made")
    subprocess.check_call(
        [bench.product("listing-generator"), f"{made}/tree", str(references * 100 + 200), "100"]
    )
    folder = bench.directory(f"metadata-{references}")
    for number, path in enumerate(sorted(glob.glob(f"{made}/tree/cp/*/chk-*/_metadata"))):
        os.makedirs(f"{folder}/{number}")
        shutil.move(path, f"{folder}/{number}/_metadata")
    shutil.rmtree(made)
    return folder


def measure(bench):
    if not bench.has_room("Flink's reader", memory=1024, disk=256):
        return
    program = bench.product("metadata-benchmark")
    java = flink_reader(bench)
    passes = bench.choose(20, 200)
    corpora = [("real files", 1, real_files(bench))]
    for references in bench.choose([10, 100], [10, 100, 1000]):
        work = f"100 files of {references:,} references"
        corpora.append((work, references, generated_files(bench, references)))
    for work, count, folder in corpora:
        def reading(command):
            own = json.loads(said([*command, folder, str(passes)]))
            # Both print the CPU time of a pass, and nothing else.
            return Measure(None, own["seconds"], own["peakMiB"])

        ours, theirs = bench.turns(lambda: reading([program]), lambda: reading(java))
        name = "metadata, real" if work == "real files" else "metadata"
        row = Row(name, work, count, ours, f"Flink {VERSION}, warm", theirs)
        if not bench.is_small:
            row.bound, row.met = "<= 0.20", row.ratio <= 0.2
        yield row
