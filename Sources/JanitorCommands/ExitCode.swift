// SPDX-License-Identifier: Apache-2.0

/// How the program says what came of it; scripts and cron read this.
public enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
    /// Done, or nothing to do.
    case done = 0
    /// It could not work.
    case failed = 1
    /// The command line or the policy is wrong; nothing was touched.
    case usage = 2
    /// Something was left alone because it could not be known, or a removal failed.
    case partial = 3
    /// A limit or the clock held something back that an approved plan may let go.
    case refused = 4
    /// Somebody else works on a root.
    case locked = 5
    /// Ended by SIGINT after the step in hand.
    case interrupted = 130
    /// Ended by SIGTERM or SIGHUP after the step in hand.
    case terminated = 143

    /// What it means, as help and README have it.
    public var meaning: String {
        switch self {
        case .done: "done, also when there was nothing to do"
        case .failed: "failed"
        case .usage: "usage or policy error; nothing was touched"
        case .partial:
            "partial: something was left alone because it could not be known, or a removal failed"
        case .refused: "refused by a limit or by the clock check; an approved plan lifts it"
        case .locked: "locked: somebody else works on a root"
        case .interrupted: "ended by SIGINT after the step in hand"
        case .terminated: "ended by SIGTERM or SIGHUP after the step in hand"
        }
    }
}
