// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Notes what was not listed before, or not so: metadata, pointer files, links, and signs of life.
struct SecondLookSink: ListingSink {
    /// An entry by the position of its root and its path below it.
    typealias Entry = (root: Int, path: ObjectName)

    private let inventory: Inventory
    /// For each root its number in the inventory's table.
    private let tops: [Int]
    /// For each root the metadata that were known there.
    private let known: [[ObjectName: KnownMetadata]]
    private let knownPointers: [Set<ObjectName>]
    /// For each root the directories of attempts.
    private let attempts: [[ObjectName: Int]]
    /// When each attempt was active last, as far as the first look showed.
    private let lastActivity: [Instant]
    /// Nothing older than this can be a sign of life that the first look did not show.
    private let oldestSign: Instant
    private var lastDirectory: (root: Int, path: ObjectName, answer: Answer)?

    private(set) var newcomers: [Entry] = []
    private(set) var pointers: [Entry] = []
    /// A symbolic link: whoever has something to take away found none before.
    private(set) var link: Entry?
    /// A file that was written meanwhile, by the attempt that it lies in.
    private(set) var active: [Int: Entry] = [:]
    /// Directories of attempts that were not there before.
    private(set) var begun: [Entry] = []

    private enum Answer {
        case attempt(Int)
        case begun(ObjectName)
        case none
    }

    /// Makes a sink that knows what an earlier look showed.
    ///
    /// - Parameters:
    ///   - roots: Listed roots, in the order in which they are listed again.
    ///   - inventory: What the earlier look showed.
    ///   - since: A moment before that look: what was written later may have been missed by it.
    init(_ roots: [StorageURL], after inventory: Inventory, since: Instant) {
        self.inventory = inventory
        tops = roots.map { inventory.table.roots.firstIndex(of: $0) ?? 0 }
        known = roots.map { inventory.knownMetadata(below: $0) }
        knownPointers = roots.map { root in
            Set(inventory.pointers.compactMap { $0.place.path(below: root) })
        }
        attempts = roots.map { root in
            var found: [ObjectName: Int] = [:]
            for (position, attempt) in inventory.attempts.enumerated() {
                for place in attempt.places {
                    if let path = place.path(below: root) { found[path] = position }
                }
            }
            return found
        }
        lastActivity = inventory.attempts.map { $0.newestFile ?? Instant(nanoseconds: .min) }
        oldestSign = since
    }

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let name = path.withUnsafeBytes { bytes -> ObjectName? in
            let isOld = kind == .file && modified <= oldestSign
            return isOld && !Self.isMetadata(bytes) && !Self.isPointer(bytes)
                ? nil : ObjectName(bytes)
        }
        guard let name, !Self.isOurs(name) else { return }
        switch kind {
        case .symbolicLink:
            if name.last != FlinkNames.metadata { link = (root, name) }
        case .directory:
            if case .begun(let path) = answer(for: name, root), path == name {
                begun.append((root, name))
            }
        case .file:
            noteFile(name, root, size: size, modified: modified)
        case .other: break
        }
    }

    private mutating func noteFile(
        _ path: ObjectName,
        _ root: Int,
        size: Int64,
        modified: Instant
    ) {
        let name = path.last
        if name == FlinkNames.metadata {
            if known[root][path] != KnownMetadata(size: size, modified: modified) {
                newcomers.append((root, path))
            }
        } else if FlinkNames.isPointerFile(name), !knownPointers[root].contains(path) {
            pointers.append((root, path))
        }
        if FlinkNames.label(name) != nil { return }
        switch answer(for: path.directory, root) {
        case .attempt(let attempt):
            if modified > lastActivity[attempt] { active[attempt] = (root, path) }
        case .begun(let directory):
            // Object stores have no directories of their own.
            if !begun.contains(where: { $0 == (root, directory) }) {
                begun.append((root, directory))
            }
        case .none: break
        }
    }

    /// The attempt that a directory is or lies in.
    private mutating func answer(for directory: ObjectName, _ root: Int) -> Answer {
        if let lastDirectory, lastDirectory.root == root, lastDirectory.path == directory {
            return lastDirectory.answer
        }
        var found = Answer.none
        var prefix = ObjectName([])
        if let attempt = attempts[root][prefix] { found = .attempt(attempt) }
        for component in directory.components {
            prefix = prefix.appending(component)
            if let attempt = attempts[root][prefix] {
                found = .attempt(attempt)
            } else if FlinkNames.isJobID(component), !isKnown(prefix, root) {
                found = .begun(prefix)
                break
            }
        }
        lastDirectory = (root, directory, found)
        return found
    }

    private func isKnown(_ directory: ObjectName, _ root: Int) -> Bool {
        if case .directory = inventory.table.target(of: directory, below: tops[root]) {
            return true
        }
        return false
    }

    private static func isMetadata(_ path: UnsafeRawBufferPointer) -> Bool {
        path.suffix(FlinkNames.metadata.bytes.count).elementsEqual(FlinkNames.metadata.bytes)
    }

    private static func isPointer(_ path: UnsafeRawBufferPointer) -> Bool {
        let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return path[start...].starts(with: "completedCheckpoint".utf8)
    }

    /// Ours, or in our trash: a snapshot there was moved by an earlier run and is known.
    private static func isOurs(_ path: ObjectName) -> Bool {
        path.last != FlinkNames.metadata && path.components.contains { FlinkNames.isJanitors($0) }
    }
}

extension ObjectName {
    /// The path up to, not including, the last slash; empty where there is none.
    fileprivate var directory: ObjectName {
        ObjectName(bytes[..<(bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
    }
}

extension Inventory {
    /// The job under whose root a place lies; nil where it is under none, or under one of several.
    func job(holding place: StorageURL) -> Int? {
        roots.filter { $0.job != nil && place.path(below: $0.place) != nil }
            .max { $0.place.path.bytes.count < $1.place.path.bytes.count }?.job
    }

    /// The attempt in whose directory a place lies.
    func attempt(holding place: StorageURL) -> Int? {
        guard let top = table.roots.firstIndex(where: { place.path(below: $0) != nil }),
            let path = place.path(below: table.roots[top])
        else { return nil }
        switch table.target(of: path, below: top) {
        case .file(let file): return census.attempt(of: table.directory(ofFile: file))
        case .directory(let directory): return census.attempt(of: directory)
        case .nothing, .notFollowed: return nil
        }
    }

    /// How many files were listed below a listed root.
    func fileCount(below top: StorageURL) -> Int {
        zip(roots, fileCounts).reduce(0) {
            $1.0.place.path(below: top) == nil ? $0 : $0 + $1.1
        }
    }
}
