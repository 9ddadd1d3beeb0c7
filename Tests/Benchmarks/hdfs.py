"""A run on HDFS beside the guide's one-liner and beside bare calls of the same paths.

All calls, those of peers too, are given the JVM options that janitor gives its own by default. Who types
the one-liner has none: it takes longer than it does here.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import uuid

from bench import Row, sample
from machine import CHECKOUT
from measuring import Failure, Measure, median, run

TITLE = "a run on HDFS"
FIXTURE = f"{CHECKOUT}/Tests/FlinkMetadataTests/Fixtures/synthetic__properties-null-v6/_metadata"


def make_tree(top, jobs, snapshots, files):
    numbers = random.Random(1)
    for job in range(jobs):
        for _ in range(snapshots):
            name = f"savepoint-{numbers.getrandbits(24):06x}-{numbers.getrandbits(48):012x}"
            directory = f"{top}/job-{job:02d}/{name}"
            os.makedirs(directory)
            shutil.copy(FIXTURE, f"{directory}/_metadata")
            for _ in range(files - 1):
                path = uuid.UUID(int=numbers.getrandbits(128), version=4)
                open(f"{directory}/{path}", "wb").close()


class Site:
    """The service, with a client that counts how often it is started."""

    def __init__(self, bench):
        said = bench.service("hdfs")
        self.bench = bench
        self.url = said["JANITOR_TEST_HDFS"]
        self.client = said["JANITOR_TEST_HDFS_CLIENT"]
        self.calls = f"{bench.work}/hdfs-calls"
        self.counted = f"{bench.work}/hdfs-counted"
        fast = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
        self.environment = {**os.environ, **said, "HADOOP_CLIENT_OPTS": fast,
                            "HADOOP_ROOT_LOGGER": "ERROR,console"}
        with open(self.counted, "w") as file:
            file.write(f'#!/usr/bin/env bash\necho "$*" >>"{self.calls}"\nexec "{self.client}" "$@"\n')
        os.chmod(self.counted, 0o755)

    def dfs(self, *words, **options):
        return run([self.client, "dfs", *words], env=self.environment, **options)

    def put(self, tree, top):
        script = f"{CHECKOUT}/Tests/Services/hdfs"
        folder = self.environment["JANITOR_TEST_HDFS_DIRECTORY"]
        subprocess.check_call([script, "put-tree", folder, tree, f"{self.url}{top}"])

    def janitor(self, policy, *words, **options):
        open(self.calls, "w").close()
        state = self.bench.directory("hdfs-state")
        command = [self.bench.product("janitor"), *words, "--policy", policy, "--state", state]
        measured = run(command, env=self.environment, starts_children=True, **options)
        with open(self.calls) as file:
            measured.processes = sum(1 for _ in file)
        return measured

    def policy(self, top, keep):
        path = f"{self.bench.work}/hdfs-policy.json5"
        with open(path, "w") as file:
            file.write(
                f"""{{ defaults: {{ savepoints: {{ keepLast: {keep} }}, limits: null, trash: "0d" }},
  stores: {{ hdfs: {{ command: ["{self.counted}"] }} }},
  jobs: [ {{ name: "{{job}}", savepoints: "{self.url}{top}/{{job}}" }} ] }}"""
            )
        return path


def measure(bench):
    # Two servers and a client. Files are small, but a block of 128 MiB has to be free for each of 16 writers.
    needs = {"memory": 2048, "disk": 3072, "files": bench.choose(1_000, 120_000)}
    if not bench.has_room("HDFS", **needs):
        return
    site = Site(bench)
    for condemned in bench.choose([10], [2, 20, 200]):
        yield from Trial(bench, site, condemned, bench.choose(5, 100)).rows()
    if not bench.is_small:
        yield from Trial(bench, site, 1000, 20).starts()


class Trial:
    """So many condemned snapshots among five times as many, in jobs of fifty at most."""

    def __init__(self, bench, site, condemned, files):
        self.bench, self.site, self.condemned = bench, site, condemned
        jobs = max(1, condemned // 10)
        stay = 4 * condemned // jobs
        self.files = 5 * condemned * files
        self.work = f"{condemned:,} of {5 * condemned:,} snapshots of {files} files"
        self.tree = bench.directory("hdfs-tree")
        make_tree(f"{self.tree}/top", jobs, condemned // jobs + stay, files)
        self.top = f"/flink-{condemned}"
        self.policy = site.policy(self.top, stay)
        self.going = self.paths()

    @contextlib.contextmanager
    def loaded(self):
        """The tree is there, and afterwards what is left of it is not."""
        self.site.put(f"{self.tree}/top", self.top)
        yield
        self.site.dfs("-rm", "-r", "-skipTrash", self.top)

    def paths(self):
        """Of what the policy condemns."""
        plan = f"{self.bench.work}/hdfs-plan.json"
        with self.loaded(), open(plan, "w") as file:
            self.site.janitor(self.policy, "plan", "--json", stdout=file)
        with open(plan) as file:
            snapshots = json.load(file)["snapshots"]
        going = [each["path"] for each in snapshots if each["verdict"] == "condemn"]
        if len(going) != self.condemned:
            raise Failure(f"{len(going)} snapshots would go, and {self.condemned} should")
        return ["/" + path.split("/", 3)[3] for path in going]

    def ours(self):
        with self.loaded():
            return self.site.janitor(self.policy, "run")

    def bare(self):
        """One call that removes the same, and that with a listing of the tree before it."""
        with self.loaded():
            listed = self.site.dfs("-ls", "-R", self.top)
            removed = self.site.dfs("-rm", "-r", "-skipTrash", *self.going)
        return removed, listed + removed

    def liner(self):
        """The guide's, and how many of its calls were made: one takes as long as another, and the rest is
        reckoned."""
        few = self.going[:self.bench.choose(3, 10)]
        with self.loaded():
            listed = self.site.dfs("-ls", self.top)
            total = Measure(0, 0)
            for path in few:
                total += self.site.dfs("-rm", "-r", "-skipTrash", path)
        return listed + total.scaled(self.condemned / len(few)), len(few)

    def rows(self):
        turns = [(self.ours(), *self.bare()) for _ in range(self.bench.repetitions)]
        ours, removed, both = (median(each) for each in zip(*turns))
        yield self.row("hdfs", ours, "bare -rm -r", removed)
        yield self.row("hdfs", ours, "bare -ls -R and -rm -r", both)
        liner, calls = self.liner()
        row = self.row("hdfs", ours, "ls | xargs -I {} -rm -r", liner, by="wall")
        row.sample = sample(calls, self.condemned, "calls")
        if self.condemned == 200:
            row.bound, row.met = "<= 0.125, <= 12 starts", row.ratio <= 0.125 and ours.processes <= 12
        yield row

    def starts(self):
        """The client is not started more often for more snapshots."""
        ours, removed = self.bench.turns(self.ours, lambda: self.bare()[0])
        row = self.row("hdfs, many", ours, "bare -rm -r", removed)
        row.bound, row.met = "<= 12 starts", ours.processes <= 12
        yield row

    def row(self, yardstick, ours, peer, theirs, **more):
        return Row(yardstick, self.work, self.files, ours, peer, theirs, **more)
