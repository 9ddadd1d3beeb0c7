"""The command runner beside the bare system calls: starts of a child, and a gibibyte of output."""

import json
import subprocess

from bench import Measure, Row

TITLE = "children beside posix_spawn and read"


def measure(bench):
    often = bench.choose(["100", "1"], ["1000", "5"])
    said = subprocess.check_output([bench.product("command-benchmark"), *often], text=True)
    for line in said.splitlines():
        each = json.loads(line)
        ours = Measure(each["ours"], each["oursCPU"], each["peakMiB"])
        theirs = Measure(each["theirs"], each["theirsCPU"])
        yield Row("commands", each["work"], 1, ours, each["peer"], theirs, by="wall")
