// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What shows that a job has begun which has no complete checkpoint of its own yet (law 7).
///
/// Sorted with what a store shows before what only Flink says.
public enum StartingAttempt: Hashable, Comparable, Sendable {
    /// A directory of its attempt.
    case listed(StorageURL)
    /// A job of the name that the policy's has in Flink, by its id; and whose word it is.
    case running(ObjectName, by: String)
    /// A job of the name that the policy's has in Flink which Flink has not begun to restore, by its
    /// id; and whose word it is.
    case beginning(ObjectName, by: String)
    /// A job of a name that no job of the policy has there, by its id; and whose word it is.
    case stranger(ObjectName, called: String, by: String)
}

extension StartingAttempt {
    /// Why a snapshot of the job stays: one sentence for people.
    var textOfNeed: String {
        switch self {
        case .listed(let place):
            "the job's newest attempt \"\(place)\" has no complete checkpoint yet and may need it"
        case .running(let id, let address):
            "the Flink at \(address) says that job \(id) is running; it has no complete checkpoint "
                + "under any root yet, and may need this one"
        case .beginning(let id, let address):
            "the Flink at \(address) is about to start job \(id) and does not say yet what it is "
                + "restored from; it may need this one"
        case .stranger(let id, let name, let address):
            "the Flink at \(address) says that job \(id) is running as \"\(name)\"; it may be the same "
                + "job, has no complete checkpoint under any root yet, and may need this one"
        }
    }

    /// Why a snapshot of a retired job stays on account of another job: one sentence for people.
    var textOfSuccession: String {
        switch self {
        case .listed(let place):
            "its job is retired, and \"\(place)\" of another job, which has no complete checkpoint "
                + "yet, may have been restored from it"
        case .running(let id, let address), .stranger(let id, _, let address):
            "its job is retired, but the Flink at \(address) says that job \(id) is running without "
                + "a complete checkpoint under any root yet; that may have been restored from it"
        case .beginning(let id, let address):
            "its job is retired, but the Flink at \(address) is about to start job \(id) and does not "
                + "say yet what it is restored from; it may be this one"
        }
    }
}
