// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A running Flink that can be asked, over REST or by its command line.
public protocol FlinkCluster: Sendable {
    /// Who is asked: a base URL or a command, for messages.
    var address: String { get }

    /// Lists jobs: those that run, and those that ended as far as Flink remembers them.
    ///
    /// - Returns: In Flink's order.
    /// - Throws: `FlinkError` where the answer is not all there: no answer is not "no jobs".
    func jobs() throws(FlinkError) -> [FlinkJob]

    /// Tells what a running job was restored from and what it completed since.
    ///
    /// - Parameter job: A job id.
    /// - Returns: What Flink says; nil where this client cannot ask.
    /// - Throws: `FlinkError` where Flink does not say.
    func checkpointing(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointing?

    /// Tells what a running job's checkpoints are set to.
    ///
    /// - Parameter job: A job id.
    /// - Returns: What Flink says; nil where this client cannot ask.
    /// - Throws: `FlinkError` where Flink does not say; `unknown` where the job takes none.
    func settings(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointSettings?

    /// Reads the configuration of the cluster.
    ///
    /// - Returns: What Flink says; nil where this client cannot ask.
    /// - Throws: `FlinkError` where Flink does not say.
    func configuration() throws(FlinkError) -> FlinkConfiguration?

    /// Asks for a savepoint, and does not wait for it where that can be told apart.
    ///
    /// - Parameter request: What is wanted.
    /// - Returns: What became of it so far.
    /// - Throws: `FlinkError`; `stillGoingOn` where it may have been begun all the same. With every
    ///   other reason it surely was not.
    func trigger(_ request: SavepointRequest) throws(FlinkError) -> SavepointProgress

    /// Asks what became of a savepoint.
    ///
    /// - Parameter request: As it was asked for, with Flink's own id of it.
    /// - Returns: What became of it.
    /// - Throws: `FlinkError`; `unknown` where Flink knows nothing of it any more.
    func progress(of request: SavepointRequest) throws(FlinkError) -> SavepointProgress
}

extension FlinkCluster {
    /// Cannot be asked, unless a client says otherwise.
    public func settings(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointSettings? { nil }

    /// Cannot be asked, unless a client says otherwise.
    public func configuration() throws(FlinkError) -> FlinkConfiguration? { nil }
}

/// A savepoint that is asked for.
public struct SavepointRequest: Hashable, Sendable {
    /// How the state is written.
    public enum Format: String, Hashable, Sendable {
        case canonical = "CANONICAL"
        case native = "NATIVE"
    }

    /// What becomes of the job.
    public enum Stopping: String, Hashable, Sendable {
        /// It goes on.
        case none
        /// It is stopped with the savepoint.
        case suspend
        /// It is stopped with the savepoint after every timer fired: it cannot be resumed.
        case drain
    }

    /// The job's id.
    public var job: ObjectName
    /// The directory that will hold the savepoint's own, as Flink writes it.
    public var target: String
    /// How the state is written.
    public var format: Format
    /// What becomes of the job.
    public var stopping: Stopping
    /// The id of the request: ours when it is asked for, then Flink's.
    public var id: ObjectName

    /// Makes a request of its parts.
    public init(
        job: ObjectName,
        target: String,
        format: Format,
        stopping: Stopping,
        id: ObjectName
    ) {
        self.job = job
        self.target = target
        self.format = format
        self.stopping = stopping
        self.id = id
    }
}

/// What became of a savepoint that was asked for.
public enum SavepointProgress: Hashable, Sendable {
    /// Flink works on it, under this id.
    case inProgress(id: ObjectName)
    /// It is there, at this place as Flink writes it.
    case completed(location: String)
    /// It will not come; why.
    case failed(String)
}

/// What a job was restored from, and how its checkpoints fare.
public struct FlinkCheckpointing: Hashable, Sendable {
    /// A checkpoint that completed.
    public struct Completed: Hashable, Sendable {
        /// Its number.
        public var id: Int64
        /// When it was triggered.
        public var triggered: Instant
        /// When the last acknowledgement came.
        public var completed: Instant
        /// How long it took, in milliseconds.
        public var durationMilliseconds: Int64
        /// Bytes of its whole state.
        public var stateBytes: Int64
        /// Where it is, as Flink writes it; nil where it is not retained.
        public var path: String?
    }

    /// Where it was restored from, as Flink writes it; nil where it was not restored.
    public var restoredFrom: String?
    /// Numbers of checkpoints since it started: completed, failed, going on.
    public var completedCount: Int
    /// Checkpoints that failed since it started.
    public var failedCount: Int
    /// The newest that completed; nil where none did.
    public var latest: Completed?
    /// Completed ones that Flink remembers, the newest first, ten at most.
    public var history: [Completed]
    /// States of those that Flink remembers, the newest first: `COMPLETED`, `FAILED`, `IN_PROGRESS`.
    public var outcomes: [String]
    /// Whether a savepoint is going on, or may be: of those in progress Flink does not list all.
    public var mayBeTakingSavepoint: Bool

    /// Whether it tells of nothing at all.
    public var isEmpty: Bool {
        restoredFrom == nil && completedCount == 0 && failedCount == 0 && latest == nil
            && outcomes.isEmpty
    }
}
