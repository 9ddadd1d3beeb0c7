// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What the Flinks that a policy names say of their jobs, asked at one moment.
///
/// Only a job id that Flink shows in a terminal state is over by its word. One that is not in the
/// answer is silence: a JobManager that recovers lists nothing.
public struct FlinkWord: Hashable, Sendable {
    /// What one Flink answered.
    public struct Answer: Hashable, Sendable {
        /// Who answered, for messages.
        public var address: String
        /// Names of jobs that run or may run again, by their ids.
        public var running: [ObjectName: String] = [:]
        /// Ids of jobs in a terminal state.
        public var ended: Set<ObjectName> = []
        /// What running jobs were restored from, as Flink writes it, by their ids; empty where
        /// Flink does not say from where.
        public var restored: [ObjectName: String] = [:]
        /// Ids of running jobs of which this Flink, or the way in which it is asked, did not say
        /// whether they were restored from anything.
        public var unclear: Set<ObjectName> = []
        /// Those of them that are about to begin: Flink has not restored them yet, and will say from
        /// what once it has.
        public var beginning: Set<ObjectName> = []

        /// Makes an answer that names no job.
        public init(address: String) {
            self.address = address
        }
    }

    /// What came of asking one Flink.
    public enum Saying: Hashable, Sendable {
        /// It answered.
        case answered(Answer)
        /// It did not answer, or not whole.
        case silent(address: String, why: String)
    }

    /// What a job's own Flink says, by the job's name in the policy.
    public var sayings: [String: Saying] = [:]

    /// Makes a word in which no Flink was asked.
    public init() {}
}
