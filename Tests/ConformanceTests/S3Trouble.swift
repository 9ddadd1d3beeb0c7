// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport

/// What is wrong with a store, or with the clock beside it, while a run is at work.
enum S3Trouble: String, CaseIterable {
    /// Who runs it may only read.
    case readOnly
    /// The bucket takes no more objects: no lock can be put there.
    case full
    /// Nobody listens any more, or only from the first removal on.
    case goneBefore, goneAtRemoval
    /// Its connections break at the removal, as where it is started anew.
    case startedAnew
    /// It is stopped before the first removal, or there and then started anew.
    case stopped, restarted
    /// It answers 503 to everything, or to whatever removes.
    case overloaded, overloadedAtRemoval
    /// It takes what is asked and never answers, from the first listing or removal on.
    case hangsAtListing, hangsAtRemoval
    /// The clock is not the store's.
    case clockAhead, clockBehind
    /// The clock was set back, or forward, since the last run.
    case setBack, setForward
    /// Object lock holds a savepoint's metadata or another file of it; or there is no trash.
    case metadataHeld, stateHeld, heldWithoutTrash

    /// A sample of them, or all.
    static let sample =
        S3TestService.shared == nil
        ? [] : TestSample.of(allCases, count: 1, name: "troubles of S3")

    /// Which client the program calls: `s5cmd` has no limit of its own for an answer.
    var client: S3TestService.Client {
        switch self {
        case .hangsAtListing, .hangsAtRemoval: .aws1
        default: .s5cmd
        }
    }

    /// What the proxy before the store does; none where there is none.
    var rules: [String] {
        switch self {
        case .goneBefore: ["die:any:1:0"]
        case .goneAtRemoval: ["die:delete:1:0"]
        case .startedAnew: ["reset:delete:1:2"]
        case .overloaded: ["slowdown:any:1:0"]
        case .overloadedAtRemoval: ["slowdown:delete:1:0"]
        case .hangsAtListing: ["hang:list:1:0"]
        case .hangsAtRemoval: ["hang:delete:1:0"]
        default: []
        }
    }

    /// The bucket that it is tried in.
    var bucket: String {
        switch self {
        case .readOnly: "readable"
        case .full: "full"
        default: "plain"
        }
    }

    /// How far the clock is ahead, in seconds.
    var ahead: Int {
        switch self {
        case .clockAhead: 420
        case .clockBehind: -420
        // Less than what is told from the store's clock.
        case .setBack: -240
        default: 0
        }
    }

    /// Whether there is a server of its own, which is stopped.
    var stopsServer: Bool { self == .stopped || self == .restarted }

    /// How the run may end.
    var codes: Set<Int32> {
        switch self {
        // Without a lock nothing is begun.
        case .readOnly, .full: [1]
        case .startedAnew, .heldWithoutTrash: [0]
        case .goneBefore, .overloaded, .goneAtRemoval, .overloadedAtRemoval, .hangsAtListing,
            .hangsAtRemoval, .metadataHeld, .stateHeld, .stopped:
            [3]
        // As long as the client tries again, or longer.
        case .restarted: [0, 3]
        case .clockAhead, .clockBehind, .setBack, .setForward: [4]
        }
    }

    /// Whether something may have gone by then although it did not end well.
    var mayTakeSome: Bool { self == .goneAtRemoval || self == .restarted }

    /// A word that it has to say.
    var word: String {
        switch self {
        // Ceph sends no words with either, and "aws" then loses even the code.
        case .readOnly: "a missing permission"
        case .full: "a full one"
        case .goneBefore, .goneAtRemoval, .stopped: "connection refused"
        case .startedAnew, .restarted, .metadataHeld, .stateHeld, .heldWithoutTrash: ""
        case .overloaded, .overloadedAtRemoval: "SlowDown"
        case .hangsAtListing, .hangsAtRemoval: "timeout"
        case .clockAhead, .clockBehind: "more than 5 minutes apart"
        case .setBack: "before the last run"
        case .setForward: "more than 32 days ago"
        }
    }
}
