// SPDX-License-Identifier: Apache-2.0

public import Planning
public import SnapshotModel

/// A snapshot by which a job goes on, as `latest` and `savepoint` tell machines of it.
public struct SnapshotPointer {
    private let write: (inout JSONWriter) -> Void

    /// The newest snapshot that a job can be restored from.
    ///
    /// - Parameters:
    ///   - snapshot: What was found.
    ///   - location: Its place as Flink writes it.
    /// - Returns: What is told of it.
    public static func latest(_ snapshot: PlannedSnapshot, location: String) -> SnapshotPointer {
        SnapshotPointer { json in
            json.key("location")
            json.value(location)
            json.facts(of: snapshot)
            json.references(of: snapshot)
        }
    }

    /// A savepoint that was taken, proved closed and labelled.
    ///
    /// - Parameters:
    ///   - place: Where it is.
    ///   - location: The same as Flink writes it.
    ///   - job: The job's name in the policy.
    ///   - jobID: Its id in Flink.
    ///   - labels: Its labels.
    ///   - isBegunBefore: An earlier call asked for it.
    /// - Returns: What is told of it.
    public static func savepoint(
        at place: StorageURL,
        location: String,
        job: String,
        jobID: ObjectName,
        labels: [ObjectName],
        isBegunBefore: Bool
    ) -> SnapshotPointer {
        SnapshotPointer { json in
            json.key("location")
            json.value(location)
            json.place(place)
            json.key("job")
            json.value(job)
            json.key("jobId")
            json.value(jobID.description)
            json.key("closed")
            json.value(true)
            json.names(labels, as: "labels")
            json.key("begunBefore")
            json.value(isBegunBefore)
        }
    }

    /// A savepoint that is under way, and by which request.
    ///
    /// - Parameters:
    ///   - job: The job's name in the policy.
    ///   - jobID: Its id in Flink.
    ///   - request: The id of the request.
    /// - Returns: What is told of it.
    public static func underWay(
        job: String,
        jobID: ObjectName,
        request: ObjectName
    ) -> SnapshotPointer {
        SnapshotPointer { json in
            json.key("location")
            json.null()
            json.key("job")
            json.value(job)
            json.key("jobId")
            json.value(jobID.description)
            json.key("request")
            json.value(request.description)
        }
    }

    /// Writes it as JSON: `{ "format": 1, "location": …, … }`.
    ///
    /// - Parameter take: Gets the bytes.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            write(&json)
        }
        json.finish()
    }
}
