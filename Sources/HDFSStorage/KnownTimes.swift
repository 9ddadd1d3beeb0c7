// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Synchronization

/// Modification times to the millisecond, as one command has asked for them already.
///
/// Listings have whole minutes. What is listed again with the same length and minute is not asked
/// for again: a second look has to find what the first one found.
final class KnownTimes: Sendable {
    private struct Known {
        let size: Int64
        let exact: Instant
    }

    private let times = Mutex<[ObjectName: Known]>([:])

    /// The exact time of what a listing shows; nil where it was not asked for.
    func exact(_ path: ObjectName, size: Int64, minute: Instant) -> Instant? {
        times.withLock { times in
            guard let known = times[path], known.size == size, known.exact.wholeMinute == minute
            else { return nil }
            return known.exact
        }
    }

    /// The length and the time that are known of a path; nil where it was not asked for.
    func latest(_ path: ObjectName) -> (size: Int64, modified: Instant)? {
        times.withLock { times in times[path].map { ($0.size, $0.exact) } }
    }

    /// Keeps what was asked for.
    func note(_ path: ObjectName, size: Int64, exact: Instant) {
        times.withLock { $0[path] = Known(size: size, exact: exact) }
    }

    /// Forgets what turned out to be otherwise.
    func forget(_ path: ObjectName) {
        _ = times.withLock { $0.removeValue(forKey: path) }
    }
}

extension Instant {
    /// The beginning of the minute.
    var wholeMinute: Instant {
        let minute: Int64 = 60_000_000_000
        let rest = nanoseconds % minute
        return advanced(byNanoseconds: -(rest < 0 ? rest + minute : rest))
    }
}
