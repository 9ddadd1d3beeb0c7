// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import Foundation
import JanitorTestSupport
import SnapshotModel

/// What has to hold of a tree whatever happened to the program, told by walking it.
struct FaultLaws {
    /// What an undisturbed command leaves of a tree, in paths, and how its journals tell it.
    struct Expected {
        /// Paths that are there afterwards.
        let staying: Set<ObjectName>
        /// Paths in the trash, below the name of the run.
        let trashed: Set<ObjectName>
    }

    static let trash: ObjectName = ".janitor-trash"

    private let original: TreeSnapshot
    private let tree: String
    let expected: Expected
    private let references: [ObjectName: [ObjectName]]

    init(_ site: FaultSite, expected: Expected) throws {
        original = site.original
        tree = site.tree
        self.expected = expected
        references = try Self.references(in: site)
    }

    /// What an undisturbed command left.
    static func expected(from snapshot: TreeSnapshot) -> Expected {
        let parts = Dictionary(grouping: snapshot.paths) { $0.components.contains(trash) }
        return Expected(
            staying: Set(parts[false] ?? []),
            trashed: Set((parts[true] ?? []).compactMap(placeBeforeTrash))
        )
    }

    /// At any time: nothing that stays is touched, and what looks whole is whole (laws 1 and 5).
    func violations(in now: TreeSnapshot) -> [String] {
        var found: [String] = []
        for path in expected.staying {
            guard let before = original.entries[path] else { continue }
            if let problem = difference(before, now.entries[path]) {
                found.append("\(path), which stays, \(problem)")
            }
        }
        for path in now.paths where original.entries[path] == nil {
            let isOurs = path.components.contains { $0.bytes.starts(with: ".janitor-".utf8) }
            if !isOurs { found.append("\(path) is new") }
        }
        for (directory, needed) in references {
            found += violations(of: directory, needed, in: now)
        }
        return found
    }

    /// At the end: what an undisturbed command leaves, and nothing else.
    func differencesAtEnd(in now: TreeSnapshot) -> [String] {
        let reached = Self.expected(from: now)
        var found = violations(in: now)
        found += reached.staying.subtracting(expected.staying).map { "\($0) is still there" }
        found += expected.staying.subtracting(reached.staying).map { "\($0) is gone" }
        found += expected.trashed.subtracting(reached.trashed).map { "\($0) is not in the trash" }
        found += reached.trashed.subtracting(expected.trashed).map { "\($0) is in the trash" }
        // A directory that led to nothing yet need not look like the one it stands for.
        let leading = Set(now.paths.map { ObjectName($0.components.dropLast()) })
        for path in now.paths where path.components.contains(Self.trash) {
            guard let place = Self.placeBeforeTrash(path), let before = original.entries[place],
                let problem = difference(before, now.entries[path]),
                before.mode & S_IFMT != S_IFDIR || leading.contains(path)
            else { continue }
            found.append("\(path) \(problem)")
        }
        return found
    }

    /// Where something in the trash was: the path without the trash and the run's name.
    private static func placeBeforeTrash(_ path: ObjectName) -> ObjectName? {
        let parts = path.components
        guard let position = parts.firstIndex(of: trash), parts.count > position + 2 else {
            return nil
        }
        let kept = parts[..<position] + parts[(position + 2)...]
        return ObjectName(kept)
    }

    /// A snapshot that has its metadata, here or in the trash, has all its files.
    private func violations(
        of directory: ObjectName,
        _ needed: [ObjectName],
        in now: TreeSnapshot
    ) -> [String] {
        let metadata = directory.appending("_metadata")
        let inTrash = now.paths.first {
            $0.components.contains(Self.trash) && Self.placeBeforeTrash($0) == metadata
        }
        let isThere = now.entries[metadata] != nil
        guard isThere || inTrash != nil else { return [] }
        let own = original.paths.filter { $0.bytes.starts(with: directory.bytes + [0x2F]) }
        var found: [String] = []
        if isThere, inTrash != nil { found.append("\(directory) is there and in the trash") }
        for path in own {
            let place =
                isThere
                ? path
                : ObjectName(
                    (inTrash?.bytes.dropLast(metadata.bytes.count - directory.bytes.count) ?? [])
                        + path.bytes.dropFirst(directory.bytes.count)
                )
            guard let before = original.entries[path] else { continue }
            if let problem = difference(before, now.entries[place]) {
                found.append("\(directory) looks whole, and \(path) \(problem)")
            }
        }
        let trashed = isThere ? [] : Set(now.paths.compactMap(Self.placeBeforeTrash))
        for path in needed where now.entries[path] == nil && !trashed.contains(path) {
            found.append("\(directory) looks whole, and \(path), which it needs, is gone")
        }
        return found
    }

    /// How an entry differs; the times of directories change with what is in them.
    private func difference(
        _ before: TreeSnapshot.Entry,
        _ now: TreeSnapshot.Entry?
    ) -> String? {
        guard let now else { return "is gone" }
        if before == now { return nil }
        let isDirectory = before.mode & S_IFMT == S_IFDIR
        if isDirectory, before.mode == now.mode, before.owner == now.owner,
            before.group == now.group
        {
            return nil
        }
        return "changed"
    }

    /// For each snapshot the files that its metadata name, as paths below the tree.
    private static func references(in site: FaultSite) throws -> [ObjectName: [ObjectName]] {
        var found: [ObjectName: [ObjectName]] = [:]
        for (path, entry) in site.original.entries where path.last == "_metadata" {
            var source = MemoryByteSource(entry.content)
            let metadata = try MetadataReader.read(&source)
            let directory = ObjectName(path.bytes.dropLast("/_metadata".utf8.count))
            found[directory] = metadata.references.map { reference in
                let written = reference.path.written
                if reference.path.isRelative { return directory.appending(written) }
                return ObjectName(written.bytes.dropFirst("file:\(site.tree)/".utf8.count))
            }
        }
        return found
    }
}

extension ObjectName {
    /// A path of components.
    fileprivate init(_ components: some Sequence<ObjectName>) {
        self.init(components.map(\.bytes).joined(separator: [0x2F]))
    }
}
