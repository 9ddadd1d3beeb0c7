// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A job as a running Flink shows it.
public struct FlinkJob: Hashable, Sendable {
    /// The job id, 32 hexadecimal digits.
    public let id: ObjectName
    /// The name that its program gave it; several running jobs may have one name.
    public let name: String
    /// What it is doing.
    public let state: FlinkJobState
    /// When it was submitted; nil where this client does not tell.
    public let started: Instant?

    /// Makes a job of its parts.
    public init(id: ObjectName, name: String, state: FlinkJobState, started: Instant? = nil) {
        self.id = id
        self.name = name
        self.state = state
        self.started = started
    }
}

/// What a job is doing, as Flink says it.
///
/// Source: `org.apache.flink.api.common.JobStatus` (Flink 2.3). SUSPENDED is terminal for one
/// JobManager only: another one will recover the job.
public enum FlinkJobState: String, Hashable, Sendable, CaseIterable {
    case initializing = "INITIALIZING"
    case created = "CREATED"
    case running = "RUNNING"
    case restarting = "RESTARTING"
    case failing = "FAILING"
    case cancelling = "CANCELLING"
    case reconciling = "RECONCILING"
    case suspended = "SUSPENDED"
    case failed = "FAILED"
    case canceled = "CANCELED"
    case finished = "FINISHED"
    /// A word of a Flink that is newer than this program.
    case other = ""

    /// Reads Flink's word; one that is not known is `other`.
    init(word: String) {
        self = word.isEmpty ? .other : FlinkJobState(rawValue: word) ?? .other
    }

    /// Whether the job will never do anything again; an unknown state does not say so.
    public var isOver: Bool {
        switch self {
        case .failed, .canceled, .finished: true
        default: false
        }
    }

    /// Whether the job may not have been restored yet; an unknown state does not say that it was.
    ///
    /// Source: until it has its slots the adaptive scheduler, which restores only then, shows a job as
    /// `INITIALIZING` or `CREATED` with statistics that are empty
    /// (`StateWithoutExecutionGraph`, `WaitingForResources`, Flink 2.3).
    public var isBeginning: Bool {
        switch self {
        case .initializing, .created, .reconciling, .suspended, .other: true
        case .running, .restarting, .failing, .cancelling, .failed, .canceled, .finished: false
        }
    }
}

extension ObjectName {
    /// Whether this can be a job id or the id of a request: 32 lower-case hexadecimal digits.
    var isFlinkID: Bool {
        bytes.count == 32
            && bytes.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
