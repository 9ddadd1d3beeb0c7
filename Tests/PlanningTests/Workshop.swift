// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage

/// A tree in a directory of its own, and plans for it.
struct Workshop {
    static let day: Int64 = 86_400_000_000_000

    let directory: TemporaryDirectory
    let now: Instant
    var tree: TreeWriter

    init() throws {
        directory = try TemporaryDirectory()
        now = Instant(Date())
        tree = TreeWriter(top: directory.path)
    }

    /// A moment so many days before now.
    func ago(_ days: Int64, minutes: Int64 = 0) -> Instant {
        now.advanced(byNanoseconds: -(days * Self.day + minutes * 60_000_000_000))
    }

    /// A policy of which the roots are told by paths below the directory.
    ///
    /// `@` stands for the directory.
    func policy(_ jobs: String, keep: String? = nil, more: String = "") throws -> JanitorPolicy {
        let rules = "savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null"
        let text = "{ defaults: { \(keep ?? rules) }, jobs: [ \(jobs) ], \(more) }"
            .replacing("@", with: "file://\(directory.path)")
        return try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    /// Plans with the local reader, or with another one.
    func plan(
        _ policy: JanitorPolicy,
        memory: PlanningMemory = PlanningMemory(),
        at moment: Instant? = nil,
        reader: (any StorageReader)? = nil,
        word: FlinkWord = FlinkWord()
    ) throws -> Plan {
        try tree.settleTimes()
        let planner = Planner(policy: policy) { _ in reader ?? LocalStorage() }
        return planner.plan(at: moment ?? now, memory: memory, word: word).plan
    }
}

extension Plan {
    /// The snapshot at the end of a path; nil where there is none.
    func snapshot(_ suffix: String) -> PlannedSnapshot? {
        snapshots.first { $0.place.description.hasSuffix("/\(suffix)") }
    }

    /// The verdict on the snapshot at the end of a path.
    func verdict(_ suffix: String) -> Verdict? { snapshot(suffix)?.verdict }

    /// The names of the rules that decided on it.
    func rules(_ suffix: String) -> [String] { snapshot(suffix)?.reasons.map(\.ruleID) ?? [] }

    /// Places of everything that would go.
    var condemned: Set<StorageURL> {
        Set(snapshots.filter { $0.verdict == .condemn }.map(\.place))
    }
}

/// The local reader with something wrong about it.
struct BentReader: StorageReader {
    /// Roots that are said to be listed incompletely.
    var incomplete: Set<StorageURL> = []
    /// Directories that cannot be listed: nothing in them is seen, and the listing says so.
    var hidden: Set<StorageURL> = []
    /// Entries that a listing left out, cut short as it was, and says so.
    var dropped: Set<StorageURL> = []
    /// Objects that cannot be read.
    var unreadable: Set<StorageURL> = []
    /// Entries come in another order, told by this seed; nil as they come.
    var shuffled: UInt64?

    /// What is said of whether something can be brought back.
    var rootTrash: RootTrash = .kept

    var timeResolution: Int64 { 1 }

    func trash(at root: StorageURL) -> RootTrash { rootTrash }

    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        var entries = Entries()
        var outcomes = LocalStorage().list(roots, into: &entries)
        if let shuffled {
            var random = SeededGenerator(seed: shuffled)
            entries.all.shuffle(using: &random)
        }
        for entry in entries.all where !isLeftOut(entry, roots) {
            sink.receive(
                root: entry.root,
                path: entry.path.span,
                kind: entry.kind,
                size: entry.size,
                modified: entry.modified,
                identity: entry.identity
            )
        }
        for (index, root) in roots.enumerated() {
            let places = incomplete.union(hidden).union(dropped)
                .filter { $0 == root || $0.path(below: root) != nil }
            if places.isEmpty { continue }
            outcomes[index] = .incomplete(
                places.sorted().map {
                    StorageError(.failed, action: "list", place: $0, detail: "input/output error")
                }
            )
        }
        return outcomes
    }

    private func isLeftOut(_ entry: Entries.Entry, _ roots: [StorageURL]) -> Bool {
        guard !hidden.isEmpty || !dropped.isEmpty else { return false }
        let place = roots[entry.root].appending(ObjectName(entry.path))
        return dropped.contains(place)
            || hidden.contains { $0 != place && place.path(below: $0) != nil }
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try LocalStorage().subdirectories(of: directory)
    }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try LocalStorage().symbolicLinks(in: directory)
    }

    func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        LocalStorage().linkTargets(of: links)
    }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        for (index, object) in objects.enumerated() {
            if unreadable.contains(object) {
                receive(
                    index,
                    .failure(
                        StorageError(
                            .failed,
                            action: "read",
                            place: object,
                            detail: "input/output error"
                        )
                    )
                )
            } else {
                LocalStorage().read([object]) { receive(index, $1) }
            }
        }
    }

    private struct Entries: ListingSink {
        struct Entry {
            let root: Int
            let path: [UInt8]
            let kind: ObjectKind
            let size: Int64
            let modified: Instant
            let identity: ObjectIdentity
        }

        var all: [Entry] = []

        mutating func receive(
            root: Int,
            path: Span<UInt8>,
            kind: ObjectKind,
            size: Int64,
            modified: Instant,
            identity: ObjectIdentity
        ) {
            let bytes = path.withUnsafeBytes { Array($0) }
            all.append(
                Entry(
                    root: root,
                    path: bytes,
                    kind: kind,
                    size: size,
                    modified: modified,
                    identity: identity
                )
            )
        }
    }
}
