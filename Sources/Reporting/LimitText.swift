// SPDX-License-Identifier: Apache-2.0

public import Planning
internal import SnapshotModel

extension LimitFinding {
    /// What the limit is and by what it is met, for people.
    public var text: String {
        switch self {
        case .share(let going, let total, let share, let count):
            "\(going) of \(total) closed snapshots would go: more than the share \(share), and "
                + (going > count ? "more than the count \(count)" : "five or more")
        case .shrunkenRoot(let root, let held, let holds):
            "\"\(root)\" held \(held) files at the last run and holds \(holds) now"
        case .retirement(let going):
            "\(going) of its snapshots and files would go only because the job is retired, "
                + "which an approved plan alone carries out"
        case .copiedTimes(.tooFast(let one, let other)):
            "its times look copied, by \"\(one)\" and \"\(other.path.last)\": what they condemn goes "
                + "only by an approved plan"
        case .copiedTimes(.rewritten(let place, let before)):
            "its times look copied, by \"\(place)\", which was written at \(before): what they condemn "
                + "goes only by an approved plan"
        }
    }
}

extension Plan {
    /// The commands that show and approve what limits hold back; none where they hold nothing.
    func approvalLines(_ next: NextCommand) -> [String] {
        guard isLimited else { return [] }
        return ["to let go what the limit holds back, save the plan, read it, and approve it:"]
            + next.approval.map { "  \($0)" }
    }
}
