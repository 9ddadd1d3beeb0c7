"""The command runner beside the bare system calls: starts of a child, and a gibibyte of output."""

import json

from bench import Row
from measuring import Measure, said

TITLE = "children beside posix_spawn and read"


def measure(bench):
    often = bench.choose(["100", "1"], ["1000", "5"])
    for line in said([bench.product("command-benchmark"), *often]).splitlines():
        each = json.loads(line)
        ours = Measure(each["ours"], each["oursCPU"], each["peakMiB"])
        theirs = Measure(each["theirs"], each["theirsCPU"])
        yield Row("commands", each["work"], 1, ours, each["peer"], theirs, by="wall")
