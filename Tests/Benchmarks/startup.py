"""Start-up: `janitor --help` beside the shortest Python and a program that does nothing."""

import statistics

from bench import Row
from measuring import Measure, run

TITLE = "start-up of janitor --help"


def starts(command, count):
    measures = [run(command) for _ in range(count)]
    return Measure(
        statistics.median(each.wall for each in measures),
        statistics.mean(each.cpu for each in measures),
        max(each.peak for each in measures),
        1,
    )


def measure(bench):
    program = bench.product("janitor")
    count = bench.choose(20, 100)
    run([program, "--help"])
    peers = [("python3 -S -c pass", ["python3", "-S", "-c", "pass"]), ("true", ["/bin/true"])]
    for name, command in peers:
        ours, theirs = bench.turns(
            lambda: starts([program, "--help"], count), lambda: starts(command, count)
        )
        row = Row("start-up", "janitor --help", 1, ours, name, theirs, by="wall")
        if name != "true" and not bench.is_small:
            row.bound, row.met = "< 20 ms", ours.wall < 0.020
        yield row
