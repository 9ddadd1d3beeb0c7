// SPDX-License-Identifier: Apache-2.0

/// What is told to Prometheus; all of it gauges, since a file holds what the last look found.
///
/// Source: Prometheus documentation, "Metric and label naming": base units, their names at the end.
enum Metric: String, CaseIterable {
    case buildInformation = "janitor_build_info"
    case lastEnd = "janitor_last_end_timestamp_seconds"
    case lastSuccess = "janitor_last_success_timestamp_seconds"
    case lastCompletion = "janitor_last_completion_timestamp_seconds"
    case exitCode = "janitor_last_exit_code"
    case duration = "janitor_last_duration_seconds"
    case snapshots = "janitor_snapshots"
    case snapshotBytes = "janitor_snapshot_bytes"
    case newestClosed = "janitor_newest_closed_snapshot_timestamp_seconds"
    case leftAlone = "janitor_left_alone_snapshots"
    case objects = "janitor_objects"
    case objectBytes = "janitor_object_bytes"
    case leftAloneObjects = "janitor_left_alone_objects"
    case limit = "janitor_limit_reached"
    case partial = "janitor_partial"
    case storedBytes = "janitor_stored_bytes"
    case removed = "janitor_last_run_removed"
    case removedBytes = "janitor_last_run_removed_bytes"
    case failed = "janitor_last_run_failed"
    case emptiedBytes = "janitor_last_run_emptied_bytes"

    /// What a sample is replaced together with.
    enum Group {
        /// Of the program.
        case program
        /// Of one command, by the label `command`.
        case command
        /// Of any look at the stores.
        case plan
        /// Of a look that counts whose the bytes are.
        case usage
        /// Of a run.
        case run
    }

    /// What it is replaced together with.
    var group: Group {
        switch self {
        case .buildInformation: .program
        case .lastEnd, .lastSuccess, .lastCompletion, .exitCode, .duration: .command
        case .snapshots, .snapshotBytes, .newestClosed, .leftAlone, .objects, .objectBytes,
            .leftAloneObjects, .limit, .partial:
            .plan
        case .storedBytes: .usage
        case .removed, .removedBytes, .failed, .emptiedBytes: .run
        }
    }

    /// One line of help.
    var help: String {
        switch self {
        case .buildInformation: "Version of the program that wrote this file."
        case .lastEnd: "When the command last ended, however it ended."
        case .lastSuccess: "When the command last ended with exit code 0."
        case .lastCompletion:
            "When the command last came to its end: done, partial, or held back by a limit."
        case .exitCode: "How the command last ended; 0 is done, see the table in the README."
        case .duration: "How long the command took."
        case .snapshots: "Snapshots by job, kind and verdict."
        case .snapshotBytes: "Bytes in the directories of snapshots by job, kind and verdict."
        case .newestClosed:
            "Time of the newest snapshot of a job that a restore is possible from; absent without one."
        case .leftAlone: "Snapshots left alone, by job and cause."
        case .objects: "Files and directories outside snapshots, by kind and verdict."
        case .objectBytes: "Bytes of files outside snapshots, by kind and verdict."
        case .leftAloneObjects:
            "Files and directories outside snapshots left alone, by kind and cause."
        case .limit: "1 where a limit of the policy holds a job's plan back."
        case .partial: "1 where something was left alone because it could not be known."
        case .storedBytes:
            "Bytes under the roots of a job by use: exclusive, shared, unreferenced, trash. By reports."
        case .removed: "Snapshots and other things that the last run took, by job and form."
        case .removedBytes: "Bytes that the last run took, by job."
        case .failed: "Things that the last run should have taken and that are there still, by job."
        case .emptiedBytes: "Bytes that the last run removed from the trash for good, by job."
        }
    }
}

/// One value of a metric.
struct MetricSample: Hashable {
    let metric: Metric
    /// Names and values, in the order in which they are written.
    let labels: [Label]
    /// As it is written.
    let value: String

    struct Label: Hashable {
        let name: String
        let value: String
    }

    init(_ metric: Metric, _ labels: KeyValuePairs<String, String>, _ value: some BinaryInteger) {
        self.init(metric, labels.map { Label(name: $0.key, value: $0.value) }, "\(value)")
    }

    init(_ metric: Metric, _ labels: [Label], _ value: String) {
        self.metric = metric
        self.labels = labels
        self.value = value
    }

    subscript(label: String) -> String? {
        labels.first { $0.name == label }?.value
    }
}
