"""Makes the buckets that the S3 tests share: s3-buckets.py URL..."""

import json
import sys

import botocore.session


def client(url, user="janitor"):
    return botocore.session.get_session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=f"{user}key",
        aws_secret_access_key=f"{user}secret",
    )


for url in sys.argv[1:]:
    s3 = client(url)
    s3.create_bucket(Bucket="plain")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.create_bucket(Bucket="guarded")
    deny = {"Effect": "Deny", "Principal": {"AWS": ["*"]}}
    s3.put_bucket_policy(
        Bucket="guarded",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        **deny,
                        "Action": ["s3:DeleteObject"],
                        # Ceph does not let "*" stand for a slash.
                        "Resource": [
                            "arn:aws:s3:::guarded/*/undeletable/*",
                            "arn:aws:s3:::guarded/*/*/undeletable/*",
                        ],
                    },
                    {
                        **deny,
                        "Action": ["s3:GetObject"],
                        "Resource": ["arn:aws:s3:::guarded/*/unreadable/*"],
                    },
                ],
            }
        ),
    )
    # It holds no more objects than its owner's buckets may.
    client(url, "stranger").create_bucket(Bucket="full")
    s3.create_bucket(Bucket="readable")
    s3.put_bucket_policy(
        Bucket="readable",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ["arn:aws:iam:::user/stranger"]},
                        "Action": ["s3:ListBucket", "s3:GetObject"],
                        "Resource": ["arn:aws:s3:::readable", "arn:aws:s3:::readable/*"],
                    }
                ],
            }
        ),
    )
