// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import Synchronization

/// What readers of one listing file found out and did; they share it.
public final class ListingMemory: Sendable {
    struct Entries {
        var directories: [ObjectName] = []
        var links: [ObjectName] = []
    }

    /// Nil for a directory of which the listing does not say all.
    private let known = Mutex<[StorageURL: Entries?]>([:])
    private let listed = Mutex<Set<StorageURL>>([])

    /// Makes an empty memory.
    public init() {}

    /// Notes that places are being listed, and tells whether all of them were before.
    func note(_ places: [StorageURL]) -> Bool {
        listed.withLock { listed in
            let isKnown = places.allSatisfy { place in
                listed.contains(place) || listed.contains { place.path(below: $0) != nil }
            }
            listed.formUnion(places)
            return isKnown && !places.isEmpty
        }
    }

    /// What lies in a directory; nil where the file is no proof of it.
    func entries(of directory: StorageURL, in file: String) -> Entries? {
        if let known = known.withLock({ $0[directory] }) { return known }
        let found = Self.look(directory, file)
        known.withLock { $0[directory] = found }
        return found
    }

    private static func look(_ directory: StorageURL, _ file: String) -> Entries? {
        var matcher = RootMatcher([directory])
        var isCovered = false
        var isComplete = false
        var names: Set<ObjectName> = []
        var links: Set<ObjectName> = []
        var last: [UInt8] = []
        let fault = ListingFile(file).read { statement in
            switch statement {
            case .root(let place): isCovered = !matcher.enter(place).isEmpty
            case .end(let outcome): if isCovered, outcome == .complete { isComplete = true }
            case .object(let path, let kind, _, _):
                guard isCovered, let skipped = matcher.match(path)?.skipped else { return }
                let below = path[skipped...]
                let end = below.firstIndex(of: UInt8(ascii: "/"))
                if end == nil, kind != .directory {
                    if kind == .symbolicLink { links.insert(ObjectName(below)) }
                    return
                }
                let name = below[..<(end ?? below.endIndex)]
                // Most objects lie in the same directory as the one before.
                if name.isEmpty || name.elementsEqual(last) { return }
                last = Array(name)
                names.insert(ObjectName(last))
            }
        }
        guard fault == nil, isComplete else { return nil }
        return Entries(directories: names.sorted(), links: links.sorted())
    }
}
