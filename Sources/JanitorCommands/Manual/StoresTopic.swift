// SPDX-License-Identifier: Apache-2.0

/// `janitor help stores`: what each store does with what goes, how it is locked, what it takes.
enum StoresTopic {
    static let text = """
        Local disks. What goes is renamed into .janitor-trash/RUN in its root; a lock is a directory,
        .janitor-lock, in the root. Mounts from elsewhere are local disks too.

        HDFS, by the operator's own hdfs dfs. What goes is moved into the trash of the user that it
        runs as, /user/NAME/.Trash, and taken out again object by object, never by -expunge. It lies
        there for the time that the policy's "trash" says, unless the NameNode has an interval of its
        own, fs.trash.interval, that is shorter: the NameNode empties every trash by that. Nothing on
        the command line tells it: hdfs getconf gives the client's configuration. A lock is a directory
        in the root, made by -mkdir.

        S3, by aws, or by s5cmd for listings, copies and deletions without a trash. There is an undo
        only where the bucket keeps versions: what goes is hidden under delete markers, and lies below
        them for the time that "trash" says. Without versions what goes is gone for good; janitor plan
        and janitor check say "no undo" then. Where a bucket does not say whether it keeps any, nothing
        goes from it, unless the policy's "trash" is "0d". To turn versions on:

          aws s3api put-bucket-versioning --bucket=BUCKET --versioning-configuration=Status=Enabled

        A lock is an object, .janitor-lock/owner, written on the condition that nobody else did. aws
        knows such conditions since 1.36 and 2.22, and Ceph 16 does not hold to them in a bucket with
        versions: that is found out, and then a file keeps out other janitors of this machine only, of
        which a run tells. A rule of the bucket's that expires objects by age must not cover
        checkpoints, since files in shared/ are as old as the state in them.

        These permissions are needed, of the bucket and of the keys below the roots:

          s3:ListBucket             every command: list-objects-v2
          s3:GetObject              metadata, locks, what was written down: get-object, head-object, cp
          s3:GetBucketVersioning    whether there is an undo: get-bucket-versioning
          s3:PutObject              locks, labels, what a run hides: put-object
          s3:DeleteObject           what goes: delete-objects, delete-object

        In a bucket that keeps versions these as well:

          s3:ListBucketVersions     what lies in the trash: list-object-versions
          s3:GetObjectVersion       metadata in the trash: get-object --version-id
          s3:DeleteObjectVersion    undo and emptying: delete-objects of single versions

        Commands that only look need neither Put nor Delete. "stores" in the policy says how the
        clients are called:

          stores: { hdfs: { command: ["sudo", "-u", "flink", "hdfs"], timeLimit: "30m" },
                    s3: { client: "aws", profile: "backup", region: "eu-central-1" } }

        A script of your own in their place has to pass on the exit code and all that is printed: in
        aws "$@" | grep -v WARN the exit code is that of grep, and a listing that broke off looks like
        a whole one, which is noticed with hdfs, in runs, and with s5cmd, whose --stat ends it, but
        not with aws. Write set -o pipefail, or better filter nothing.
        """
}
