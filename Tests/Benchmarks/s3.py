"""A run on S3, metadata of earlier nights remembered, beside the bare command lines.

Metadata younger than an hour are not remembered: nights run under a clock two hours ahead, and so by an
approved plan, as a clock that is not the store's wants.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import uuid

from bench import Measure, Row, median, run

TITLE = "a run on S3"
QUERY = "Contents[].[to_string([Key,Size,LastModified,ETag])]"
KEYS = {"AWS_ACCESS_KEY_ID": "janitorkey", "AWS_SECRET_ACCESS_KEY": "janitorsecret",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "", "LC_ALL": "C.UTF-8"}
# Calls of the one-liners of which the rest is reckoned.
LINERS = 2


class Site:
    """The service and its clients."""

    def __init__(self, bench):
        said = bench.service("s3")
        self.bench = bench
        self.url = said["JANITOR_TEST_S3"]
        endpoint = f"--endpoint-url={self.url}"
        self.aws_program, self.s5cmd_program = said["JANITOR_TEST_S3_AWS1"], said["JANITOR_TEST_S3_S5CMD"]
        self.aws = [self.aws_program, endpoint]
        self.s5cmd = [self.s5cmd_program, endpoint]
        self.environment = {**os.environ, **KEYS}
        # rclone refuses it, and nothing here is encrypted.
        self.environment.pop("AWS_CA_BUNDLE", None)

    def run(self, command, **options):
        return run(command, env=self.environment, **options)

    def policy(self, prefix, keep):
        path = f"{self.bench.work}/{prefix}-{keep}.json5"
        with open(path, "w") as file:
            file.write(
                f"""{{ defaults: {{ savepoints: {{ keepLast: {keep} }}, limits: null }},
  stores: {{ s3: {{ client: "aws", aws: ["{self.aws_program}"], endpoint: "{self.url}" }} }},
  jobs: [ {{ name: "{{job}}", savepoints: "s3://plain/{prefix}/{{job}}" }} ] }}"""
            )
        return path

    def night(self, prefix, keep):
        """A run by an approved plan, under a clock that is ahead; children sign with their own."""
        shim = f"{os.path.dirname(self.bench.product('FaultShim'))}/libFaultShim.so"
        environment = {**self.environment, "LD_PRELOAD": shim, "FAULT_CLOCK": "7200"}
        plan, trace = f"{self.bench.work}/plan.json", f"{self.bench.work}/trace"
        state = f"{self.bench.work}/{prefix}-state"
        words = ["--policy", self.policy(prefix, keep), "--state", state]
        program = self.bench.product("janitor")
        run([program, "plan", "--save", plan, *words], env=environment)
        with open(trace, "w"):
            pass
        measured = run(
            [program, "run", "--approved", plan, "--trace", trace, *words], env=environment
        )
        with open(trace) as file:
            measured.processes = sum(1 for _ in file)
        return measured

    def listing(self, prefix):
        words = ["s3api", "list-objects-v2", "--bucket=plain", f"--prefix={prefix}/",
                 "--output=text", f"--query={QUERY}"]
        path = f"{self.bench.work}/keys"
        with open(path, "w") as file:
            measured = self.run(self.aws + words, stdout=file)
        with open(path) as file:
            return measured, [json.loads(line)[0] for line in file if line.startswith("[")]

    def deletes(self, keys):
        """Deletes keys in batches of 1,000, one after the other."""
        batches = []
        for offset in range(0, len(keys), 1000):
            batches.append(f"{self.bench.work}/batch-{offset}")
            objects = [{"Key": key} for key in keys[offset:offset + 1000]]
            with open(batches[-1], "w") as file:
                json.dump({"Objects": objects, "Quiet": True}, file)
        words = [*self.aws, "s3api", "delete-objects", "--bucket=plain"]
        script = "\n".join(shlex.join([*words, f"--delete=file://{batch}"]) for batch in batches)
        return self.run(["bash", "-ec", script])


def put_tree(bench, site, prefix, jobs, savepoints, files):
    """Savepoints of the demonstration's kind, each with names of its own; later numbers are newer."""
    program = bench.product("janitor")
    demo = bench.directory("s3-demo")
    subprocess.check_call([program, "demo", "--into", f"{demo}/demo"], stdout=subprocess.DEVNULL)
    audit = f"{demo}/demo/tree/savepoints/audit"
    model = f"{audit}/{sorted(os.listdir(audit))[0]}"
    with open(f"{model}/_metadata", "rb") as file:
        metadata = file.read()
    names = set(re.findall(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", metadata))
    small = f"{demo}/small"
    with open(small, "w") as file:
        file.write("x")
    for number in range(savepoints):
        words = []
        for job in range(jobs):
            path = f"job{job:02}/savepoint-{job:06x}-{number:012x}"
            os.makedirs(f"{demo}/{path}")
            body = metadata
            for name in names:
                new = str(uuid.uuid4()).encode()
                body = body.replace(name, new)
                if os.path.exists(f"{model}/{name.decode()}"):
                    shutil.copy(f"{model}/{name.decode()}", f"{demo}/{path}/{new.decode()}")
            with open(f"{demo}/{path}/_metadata", "wb") as file:
                file.write(body)
            for _ in range(files - len(os.listdir(f"{demo}/{path}"))):
                os.symlink(small, f"{demo}/{path}/{uuid.uuid4()}")
            words.append(f"cp '{demo}/{path}/' 's3://plain/{prefix}/{path}/'")
        script = f"{bench.work}/s5cmd-script"
        with open(script, "w") as file:
            file.write("\n".join(words) + "\n")
        # One number after the other, so that their times tell their order.
        site.run([*site.s5cmd, "--log", "error", "run", script])
    shutil.rmtree(demo)


def measure(bench):
    site = Site(bench)
    files = bench.choose(20, 500)
    for condemned in bench.choose([10], [2, 20, 200]):
        yield from measure_size(bench, site, condemned, files)


def measure_size(bench, site, condemned, files):
    jobs = max(1, condemned // 10)
    half = condemned // jobs
    prefix = f"bench-{condemned}"
    work = f"{condemned * files:,} objects in {condemned}"
    nights = []
    for _ in range(bench.repetitions):
        put_tree(bench, site, prefix, jobs, half * 2, files)
        shutil.rmtree(f"{bench.work}/{prefix}-state", ignore_errors=True)
        site.night(prefix, half * 2)
        before, _ = site.listing(prefix)
        steady = site.night(prefix, half)
        after, keys = site.listing(prefix)
        liners = one_liners(site, prefix, half, condemned)
        # As many keys as went before; what the one-liners have taken is missing.
        left = [key for key in site.listing(prefix)[1] if ".janitor-" not in key]
        taken = site.deletes(left[:condemned * files])
        scale = condemned * files / min(len(left), condemned * files)
        nights.append((steady, before + taken.scaled(scale) + after, liners))
        rest = [key for key in site.listing(prefix)[1]]
        if rest:
            site.deletes(rest)
    yield from rows(nights, work, condemned)


def one_liners(site, prefix, half, condemned):
    """A few savepoints removed each by a call of its own: what all of them would have cost."""
    commands = {"aws s3 rm --recursive": [*site.aws, "s3", "rm", "--recursive", "--only-show-errors",
                                          "s3://{}"]}
    if shutil.which("rclone"):
        commands["rclone delete"] = ["rclone", "delete",
                                     f":s3,provider=Ceph,env_auth,endpoint='{site.url}':{{}}"]
    found = {}
    for position, (name, words) in enumerate(commands.items()):
        calls = min(LINERS, max(1, half // len(commands)))
        total = Measure(0, 0)
        for call in range(calls):
            number = half + position * calls + call
            place = f"plain/{prefix}/job00/savepoint-{0:06x}-{number:012x}/"
            total += site.run([word.replace("{}", place) for word in words])
        found[name] = total.scaled(condemned / calls)
    return found


def rows(nights, work, condemned):
    steady = median([night[0] for night in nights])
    bare = median([night[1] for night in nights])
    row = Row("s3", work, condemned, steady, "bare aws listings, deletes", bare)
    if condemned == 200:
        row.bound, row.met = "<= 1.2", row.ratio <= 1.2
    yield row
    for name in nights[0][2]:
        theirs = median([night[2][name] for night in nights])
        row = Row("s3", work, condemned, steady, name, theirs)
        if condemned == 200 and name.startswith("aws"):
            row.bound, row.met = "<= 0.33", row.ratio <= 1 / 3
        yield row
