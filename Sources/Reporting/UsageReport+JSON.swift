// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

extension UsageReport {
    /// Writes the report as JSON; all sums are of files and their bytes.
    ///
    /// `{ "format": 1, "jobs": [ { "job", "total", "savepoints", "checkpoints", "trash",
    /// "janitor", "outside": { kind: { "count", "bytes", "unreferenced": { … } } }, "attempts": [
    /// { "jobId", "paths", "openSince", "snapshots", "outside" } ], "snapshots": [ { "path",
    /// "attempt", "kind", "time", "bytes" (in its directory), "exclusive", "shared", "sharedWith",
    /// "frees" } ] } ], "onlyRead": { … }, "unread": [path], "oldVersions": [ { "path", "count",
    /// "bytes" } ] (of roots in a store that keeps them) }`, where a sum is `{ "count", "bytes" }`
    /// and `openSince` is null where the attempt is over.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("jobs")
            json.array { json in jobs.forEach { write($0, &json) } }
            json.key("onlyRead")
            write(usage.onlyRead, &json)
            json.places(usage.unread, as: "unread")
            json.key("oldVersions")
            json.array { json in
                for (root, count, bytes) in usage.oldVersions {
                    json.object { json in
                        json.place(root)
                        json.key("count")
                        json.value(count)
                        json.key("bytes")
                        json.value(bytes)
                    }
                }
            }
        }
        json.finish()
    }

    private func write(_ job: JobUsage, _ json: inout JSONWriter) {
        json.object { json in
            json.key("job")
            json.value(job.name)
            let sums = [
                ("total", job.total), ("savepoints", job.savepoints),
                ("checkpoints", job.checkpoints), ("trash", job.trash), ("janitor", job.janitor),
            ]
            for (name, tally) in sums {
                json.key(name)
                write(tally, &json)
            }
            json.key("outside")
            write(job.outside, &json)
            json.key("attempts")
            json.array { json in job.attempts.forEach { write($0, &json) } }
            json.key("snapshots")
            json.array { json in job.snapshots.forEach { write($0, &json) } }
        }
    }

    private func write(_ attempt: AttemptUsage, _ json: inout JSONWriter) {
        json.object { json in
            json.key("jobId")
            json.value(attempt.jobID?.description)
            json.places(attempt.places, as: "paths")
            json.key("openSince")
            json.value(attempt.openSince?.description)
            json.key("snapshots")
            write(attempt.snapshots, &json)
            json.key("outside")
            write(attempt.outside, &json)
        }
    }

    private func write(_ snapshot: SnapshotUsage, _ json: inout JSONWriter) {
        json.object { json in
            json.place(snapshot.place)
            json.key("attempt")
            json.value(snapshot.attempt)
            json.key("kind")
            json.value(snapshot.kind.rawValue)
            json.key("time")
            json.value(snapshot.time.description)
            json.key("bytes")
            json.value(snapshot.directoryBytes)
            json.key("exclusive")
            json.value(snapshot.share.exclusive)
            json.key("shared")
            json.value(snapshot.share.shared)
            json.key("sharedWith")
            json.value(snapshot.share.others)
            json.key("frees")
            json.value(snapshot.share.exclusive)
        }
    }

    private func write(_ outside: [LooseKind: OutsideUsage], _ json: inout JSONWriter) {
        json.object { json in
            for kind in LooseKind.allCases {
                guard let usage = outside[kind] else { continue }
                json.key(kind.rawValue)
                json.object { json in
                    members(of: usage.all, &json)
                    json.key("unreferenced")
                    write(usage.unreferenced, &json)
                }
            }
        }
    }

    private func write(_ tally: UsageTally, _ json: inout JSONWriter) {
        json.object { json in members(of: tally, &json) }
    }

    private func members(of tally: UsageTally, _ json: inout JSONWriter) {
        json.key("count")
        json.value(tally.count)
        json.key("bytes")
        json.value(tally.bytes)
    }
}
