"""A run on HDFS beside the guide's one-liner and beside bare calls of the same paths."""

import json
import os
import random
import shutil
import subprocess
import uuid

from bench import CHECKOUT, Row
from measuring import Failure, run

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
    site = Site(bench)
    files = bench.choose(5, 100)
    others = bench.choose(2, 40)
    for condemned in bench.choose([10], [2, 20, 200]):
        yield from measure_size(bench, site, condemned, others, files)


def measure_size(bench, site, condemned, others, files):
    jobs = max(1, condemned // 10)
    tree = bench.directory("hdfs-tree")
    make_tree(f"{tree}/top", jobs, condemned // jobs + others, files)
    top = f"/flink-{condemned}"
    policy = site.policy(top, others)
    work = f"{condemned} snapshots of {files} files"

    def load():
        site.put(f"{tree}/top", top)

    def paths():
        plan = f"{bench.work}/hdfs-plan.json"
        with open(plan, "w") as file:
            site.janitor(policy, "plan", "--json", stdout=file)
        with open(plan) as file:
            snapshots = json.load(file)["snapshots"]
        going = [each["path"] for each in snapshots if each["verdict"] == "condemn"]
        if len(going) != condemned:
            raise Failure(f"{len(going)} snapshots would go, and {condemned} should")
        return ["/" + path.split("/", 3)[3] for path in going]

    load()
    going = paths()
    site.dfs("-rm", "-r", "-skipTrash", top)

    def ours():
        load()
        measured = site.janitor(policy, "run")
        site.dfs("-rm", "-r", "-skipTrash", top)
        return measured

    def bare():
        load()
        listed = site.dfs("-ls", "-R", top)
        removed = site.dfs("-rm", "-r", "-skipTrash", *going)
        site.dfs("-rm", "-r", "-skipTrash", top)
        return listed + removed

    own, theirs = bench.turns(ours, bare)
    yield Row("hdfs", work, condemned, own, "bare -ls -R, -rm -r", theirs)

    # One call of the one-liner takes as long as another: some are made, the rest is reckoned.
    load()
    few = going[:bench.choose(3, 10)]
    listed = site.dfs("-ls", top)
    each = [site.dfs("-rm", "-r", "-skipTrash", path) for path in few]
    total = each[0]
    for one in each[1:]:
        total += one
    liner = listed + total.scaled(condemned / len(few))
    site.dfs("-rm", "-r", "-skipTrash", top)
    row = Row("hdfs", work, condemned, own, "ls | xargs -I {} -rm -r", liner, by="wall")
    if condemned == 200:
        row.bound, row.met = "<= 0.125, <= 12 starts", row.ratio <= 0.125 and own.processes <= 12
    yield row
