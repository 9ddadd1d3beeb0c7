// SPDX-License-Identifier: Apache-2.0

internal import StorageRemoval

/// How work on what lies in the trash ended.
public enum TrashOutcome<Report: Sendable>: Sendable {
    /// It came to its end, or a signal ended it.
    case finished(Report)
    /// There is no such run, or nothing of it there; why.
    case refused(UndoRefusal)
    /// The policy names a root twice; which.
    case unsound(String)
    /// The clock is not believed, and nothing was touched; why.
    case doubted(String)
    /// Somebody else works on a root; who and where.
    case locked(String)
    /// It could not work at all.
    case failed(String)

    /// What an error on the way means.
    init(of error: any Error) {
        switch error {
        case let error as UndoRefusal: self = .refused(error)
        case let error as LockError where error.isPolicyError: self = .unsound("\(error)")
        case let error as LockError where error.isHeld: self = .locked("\(error)")
        default: self = .failed("\(error)")
        }
    }
}
