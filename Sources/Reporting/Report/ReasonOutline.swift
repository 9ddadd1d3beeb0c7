// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Retention
internal import SnapshotModel

/// A reason in two parts: what many snapshots have in common, and where one of them stood.
///
/// A report of ten thousand snapshots says the first once, and the second on every line.
struct ReasonOutline: Hashable {
    /// One sentence for people, lower case, without a full stop.
    let text: String
    /// What is said of one alone; empty where nothing is.
    let detail: String

    init(_ text: String, _ detail: String = "") {
        self.text = text
        self.detail = detail
    }
}

extension Reason {
    /// The reason in two parts.
    var outline: ReasonOutline {
        switch self {
        case .rule(let reason): reason.outline
        case .referenced(let by, _, let byNameOnly):
            ReasonOutline(
                byNameOnly
                    ? "a snapshot that stays references a file of a name in it"
                    : "a snapshot that stays references a file in it",
                by.shortName
            )
        case .namedByPointer(let pointer):
            ReasonOutline("a high-availability pointer names it", pointer.path.last.description)
        case .holdsSnapshot(let inner):
            ReasonOutline("a snapshot that stays lies inside it", inner.shortName)
        case .attemptNotOver(let since, let over):
            ReasonOutline(
                "its attempt may be running",
                "active \(since.moment), over \(over.moment)"
            )
        case .unfinished(let newest, let limit):
            ReasonOutline(
                "without metadata, in progress or failed, last written less than \(limit) ago",
                "written \(newest.moment)"
            )
        case .unfinishedForLong(let since, let limit):
            ReasonOutline(
                "without metadata and unchanged for longer than \(limit)",
                "since \(since.moment)"
            )
        case .closureUnknown(let place, let cause, _):
            ReasonOutline("cannot be known whether it is closed: \(cause)", "\(place)")
        case .foreignEntries(let first, let count):
            ReasonOutline(
                "holds what is not Flink's",
                "\"\(first)\"" + (count > 1 ? " and \(count - 1) more" : "")
            )
        default: ReasonOutline(text)
        }
    }
}

extension RetentionReason {
    fileprivate var outline: ReasonOutline {
        switch self {
        case .amongLast(let position, let limit):
            ReasonOutline("among the newest \(limit), which are kept", Self.ordinal(position))
        case .notAmongLast(let position, let limit):
            ReasonOutline("behind the newest \(limit), which are kept", Self.ordinal(position))
        case .within(let duration, _): ReasonOutline("not older than \(duration)")
        case .olderThan(let duration, let end):
            ReasonOutline("older than \(duration)", "since \(end.day)")
        case .labelled(let label, let duration, _):
            ReasonOutline("labelled \(label) and not older than \(duration)")
        case .labelledButOlder(let label, let duration, let end):
            ReasonOutline("labelled \(label), but older than \(duration)", "since \(end.day)")
        case .newestWithin(let bucket, let duration, _):
            ReasonOutline("newest of its \(bucket.period), not older than \(duration)", "\(bucket)")
        case .newestButOlder(let bucket, let duration, _):
            ReasonOutline(
                "newest of its \(bucket.period), but older than \(duration)",
                "\(bucket)"
            )
        case .newest(let bucket, _, let limit):
            ReasonOutline("newest of one of the \(limit) \(bucket.period)s kept", "\(bucket)")
        case .newestBeyond(let bucket, _, let limit):
            ReasonOutline(
                "newest of its \(bucket.period), behind the \(limit) that are kept",
                "\(bucket)"
            )
        case .notNewest(let bucket, _):
            ReasonOutline("not the newest of its \(bucket.period)", "\(bucket)")
        case .newestClosed, .pinned, .futureDated, .noRules, .notCounted, .broken, .withoutLabel:
            ReasonOutline(text)
        }
    }

    private static func ordinal(_ position: Int) -> String {
        switch (position % 100, position % 10) {
        case (11...13, _): "\(position)th"
        case (_, 1): "\(position)st"
        case (_, 2): "\(position)nd"
        case (_, 3): "\(position)rd"
        default: "\(position)th"
        }
    }
}

extension StorageURL {
    /// The last component; for `chk-12`, which many attempts have, also the one above.
    var shortName: String {
        let name = path.last
        guard name.bytes.starts(with: "chk-".utf8) else { return name.description }
        return path.components.suffix(2).map(\.description).joined(separator: "/")
    }
}
