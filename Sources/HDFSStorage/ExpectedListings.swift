// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// What the last look at a root showed below places that are asked for right behind it: the look before
/// a step then costs no call, and no virtual machine.
///
/// Only for what is about to go, only from a listing that was whole, once for each place, and for a
/// minute.
final class ExpectedListings: Sendable {
    /// One line of a listing, below an expected place.
    struct Entry {
        let path: [UInt8]
        let kind: ObjectKind
        let size: Int64
        let modified: Instant
    }

    /// What one listing shows.
    struct Look {
        fileprivate let started: Duration
        fileprivate var found: [ObjectName: [Entry]?] = [:]
        fileprivate let expected: Set<ObjectName>
        private var room = ExpectedListings.capacity
        /// The directory that the last line lay in, and the expected place that this lies in.
        private var directory: [UInt8] = []
        private var owner: ObjectName?

        fileprivate init(started: Duration, expected: Set<ObjectName>) {
            self.started = started
            self.expected = expected
        }

        /// Takes in a line.
        ///
        /// - Parameters:
        ///   - path: The whole path.
        ///   - kind: What it is.
        ///   - size: Its length.
        ///   - modified: Its time as it was handed on.
        mutating func add(
            _ path: UnsafeRawBufferPointer,
            kind: ObjectKind,
            size: Int64,
            modified: Instant
        ) {
            guard !expected.isEmpty, let slash = path.lastIndex(of: UInt8(ascii: "/")) else {
                return
            }
            if kind == .directory, case let place = ObjectName(path), expected.contains(place) {
                found[place] = .some([])
                return
            }
            if !path[..<slash].elementsEqual(directory) {
                directory = Array(path[..<slash])
                owner = place(holding: directory)
            }
            guard let owner, let known = found[owner], known != nil else { return }
            guard room > 0 else {
                found.updateValue(nil, forKey: owner)
                return
            }
            room -= 1
            let below = Array(path[(owner.bytes.count + 1)...])
            found[owner]??.append(Entry(path: below, kind: kind, size: size, modified: modified))
        }

        private func place(holding directory: [UInt8]) -> ObjectName? {
            var end = directory.count
            while end > 0 {
                let above = ObjectName(directory[..<end])
                if expected.contains(above) { return above }
                end = directory[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
            }
            return nil
        }
    }

    private struct State {
        var expected: Set<ObjectName> = []
        var kept: [ObjectName: (started: Duration, entries: [Entry]?)] = [:]
    }

    private static let lifetime: Duration = .seconds(60)
    /// The most lines that are kept; each takes about 200 bytes.
    fileprivate static let capacity = 300_000

    private let clock: MonotonicClock
    private let state = Mutex(State())

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    /// Says that places will be listed right after the next listing of all that holds them.
    ///
    /// Of places inside one another none is kept.
    func expect(_ places: [ObjectName]) {
        let all = Set(places)
        var alone = all
        for place in all {
            for above in place.above where all.contains(above) {
                alone.remove(above)
                alone.remove(place)
            }
        }
        state.withLock { $0 = State(expected: alone) }
    }

    /// Begins to look below a root.
    func begin() -> Look {
        Look(started: clock.now, expected: state.withLock(\.expected))
    }

    /// Keeps what a look showed below roots that were listed whole; of expected places that it did not
    /// show it is known that they are gone.
    func keep(_ look: Look, below roots: Set<ObjectName>) {
        guard !look.expected.isEmpty, !roots.isEmpty else { return }
        state.withLock { state in
            for place in look.expected where !roots.isDisjoint(with: place.above) {
                state.expected.remove(place)
                switch look.found[place] {
                case nil: state.kept[place] = (look.started, nil)
                case .some(nil): break
                case .some(let entries): state.kept[place] = (look.started, entries)
                }
            }
        }
    }

    /// Forgets what was seen below places that are about to change.
    func forget(_ places: [ObjectName]) {
        state.withLock { state in
            for place in places { state.kept[place] = nil }
        }
    }

    /// What was seen below a place less than a minute ago, once.
    ///
    /// - Returns: Its entries, nil inside where it was gone; nil where nobody looked.
    func take(_ place: ObjectName) -> [Entry]?? {
        let now = clock.now
        return state.withLock { state in
            guard let known = state.kept.removeValue(forKey: place),
                now - known.started < Self.lifetime
            else { return nil }
            return .some(known.entries)
        }
    }
}

extension ObjectName {
    /// The paths above this one, without the root of all.
    fileprivate var above: [ObjectName] {
        bytes.indices.dropFirst().filter { bytes[$0] == UInt8(ascii: "/") }
            .map { ObjectName(bytes[..<$0]) }
    }
}
