"""Puts and lists objects for the S3 tests: s3-objects.py reads orders from standard input until it ends.

An order is a line of JSON, [access key, secret key, [URL, VERB, BUCKET, ...], what it reads]; it is answered by a
line, [what it prints, null] or [null, why it could not be done]. One process for all: to start takes half a second.

put BUCKET             reads JSON from standard input: a list of [key, base64 of the body]
tree BUCKET PREFIX DIR puts the files of a directory, the oldest first
tree+ BUCKET PREFIX DIR does the same after objects that stand for its directories
flink BUCKET PREFIX DIR FACTS OLD NEW puts what Flink left: OLD in its metadata becomes NEW, which is as
                       long, state is left empty; FACTS gets the length and time of each key, for the proxy
keys BUCKET PREFIX     prints a JSON list of the keys, in the store's order
lengths BUCKET PREFIX  prints a JSON list of [key, bytes]
text BUCKET KEY        prints what is in an object
delete BUCKET PREFIX   deletes them
expire BUCKET KEY       deletes the old versions of a key for good
hold BUCKET KEY on|off  puts a legal hold on what the key shows, or on all its versions takes it away
retain BUCKET KEY       keeps what the key shows for ten minutes, whoever wants to delete it
mark BUCKET KEY        deletes what the key shows
versioning BUCKET [Enabled|Suspended] makes the bucket if need be, and has it keep versions or not
versions BUCKET PREFIX prints a JSON list of [key, isLatest, isDeleteMarker]
"""

import base64
import concurrent.futures
import datetime
import hashlib
import json
import os
import sys

import botocore.config
import botocore.session

clients = {}


def client(url, access, secret):
    if (url, access) not in clients:
        clients[url, access] = botocore.session.get_session().create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id=access,
            aws_secret_access_key=secret,
            config=botocore.config.Config(max_pool_connections=16),
        )
    return clients[url, access]


def carry_out(s3, verb, bucket, words, given):
    """Does what an order says, and gives what it prints."""
    def put(entry):
        s3.put_object(Bucket=bucket, Key=entry[0], Body=base64.b64decode(entry[1]))

    def pages(operation, result, prefix):
        for page in s3.get_paginator(operation).paginate(Bucket=bucket, Prefix=prefix):
            yield from page.get(result, [])

    if verb == "put":
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(put, json.loads(given)))
    elif verb in ("tree", "tree+"):
        prefix, directory = words
        files = []
        markers = []
        for parent, _, names in os.walk(directory):
            below = os.path.relpath(parent, directory)
            markers.append(prefix if below == "." else f"{prefix}{below}/")
            files += [os.path.join(parent, name) for name in names]

        def put_file(file):
            with open(file, "rb") as body:
                s3.put_object(Bucket=bucket, Key=prefix + os.path.relpath(file, directory), Body=body)

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            if verb == "tree+":
                list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key), markers))
            # Metadata after everything else and in order: their times tell which is the newest.
            order = lambda file: (os.stat(file).st_mtime_ns, file)
            rest = [file for file in files if os.path.basename(file) != "_metadata"]
            list(pool.map(put_file, sorted(rest, key=order)))
        for file in sorted(set(files) - set(rest), key=order):
            put_file(file)
    elif verb == "flink":
        prefix, directory, facts, old, new = words
        assert len(old) == len(new), "the lengths of texts in metadata stand before them"
        entries = []
        known = {}
        if os.path.exists(facts):
            with open(facts) as file:
                known = json.load(file)
        for parent, _, names in os.walk(directory):
            for name in names:
                file = os.path.join(parent, name)
                key = prefix + os.path.relpath(file, directory)
                status = os.stat(file)
                body = b""
                if "_metadata" in name or status.st_size < 1024:
                    with open(file, "rb") as opened:
                        body = opened.read().replace(old.encode(), new.encode())
                tag = hashlib.md5(body).hexdigest()
                known[f"{tag} {key}"] = [status.st_size, status.st_mtime_ns // 1_000_000]
                entries.append([key, base64.b64encode(body)])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(put, entries))
        # Whoever reads it finds it whole.
        with open(f"{facts}.new", "w") as file:
            json.dump(known, file)
        os.replace(f"{facts}.new", facts)
    elif verb == "keys":
        return json.dumps([each["Key"] for each in pages("list_objects_v2", "Contents", words[0])]) + "\n"
    elif verb == "lengths":
        found = pages("list_objects_v2", "Contents", words[0])
        return json.dumps([[each["Key"], each["Size"]] for each in found]) + "\n"
    elif verb == "text":
        return s3.get_object(Bucket=bucket, Key=words[0])["Body"].read().decode()
    elif verb == "expire":
        for each in pages("list_object_versions", "Versions", words[0]):
            if not each["IsLatest"]:
                s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    elif verb == "hold":
        key, wanted = words
        status = {"Status": wanted.upper()}
        if wanted == "on":
            s3.put_object_legal_hold(Bucket=bucket, Key=key, LegalHold=status)
        else:
            for each in pages("list_object_versions", "Versions", key):
                version = each["VersionId"]
                s3.put_object_legal_hold(Bucket=bucket, Key=key, VersionId=version, LegalHold=status)
    elif verb == "retain":
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
        s3.put_object_retention(Bucket=bucket, Key=words[0], Retention=retention)
    elif verb == "delete":
        for each in pages("list_objects_v2", "Contents", words[0]):
            s3.delete_object(Bucket=bucket, Key=each["Key"])
    elif verb == "mark":
        s3.delete_object(Bucket=bucket, Key=words[0])
    elif verb == "versioning":
        s3.create_bucket(Bucket=bucket)
        if words:
            s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": words[0]}
            )
    elif verb == "versions":
        found = []
        for page in s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, Prefix=words[0]
        ):
            for name, marker in (("Versions", False), ("DeleteMarkers", True)):
                for each in page.get(name, []):
                    found.append([each["Key"], each["IsLatest"], marker])
        return json.dumps(found) + "\n"
    else:
        raise ValueError(f"no such verb: {verb}")
    return ""


for line in sys.stdin:
    access, secret, (url, verb, bucket, *words), given = json.loads(line)
    try:
        answer = [carry_out(client(url, access, secret), verb, bucket, words, given), None]
    except Exception as error:  # Whatever it is, the test says it.
        answer = [None, f"{type(error).__name__}: {error}"]
    print(json.dumps(answer), flush=True)
