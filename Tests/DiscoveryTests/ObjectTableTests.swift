// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import Discovery

/// The compact table against a dictionary of whole paths.
struct ObjectTableTests {
    private struct Entry: Hashable {
        let root: Int
        let path: String
        let size: Int64
        let modified: Instant
    }

    private static let roots = ["a", "b"].map {
        StorageURL(scheme: "file", path: ObjectName("/\($0)"))
    }

    /// Names of every form that a table tells apart: packed ones, and those that nearly are.
    private static let names = [
        "5a11ed00-0000-4000-8000-00000000000f", "5A11ED00-0000-4000-8000-00000000000f",
        "5a11ed00-0000-4000-8000-00000000000", "5a11ed00-0000-4000-8000-00000000000g",
        "5a11ed00x0000-4000-8000-00000000000f", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000", "_metadata", "_label.pin", "ü", " ", "*",
    ]

    private func table(of entries: [Entry]) -> ObjectTable {
        var builder = ObjectTableBuilder(roots: Self.roots)
        let reader = ScriptedReader(
            entries: entries.map { ($0.root, $0.path, $0.size, $0.modified) }
        )
        _ = builder.list(roots: [0, 1], with: reader)
        return builder.finish()
    }

    @Test(arguments: 0..<20)
    func `finds what was listed, as it was listed, and nothing else`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var entries: [String: Entry] = [:]
        for _ in 0..<400 {
            let depth = Int.random(in: 0...3, using: &random)
            let parts = (0..<depth).map { _ in "d\(Int.random(in: 0..<4, using: &random))" }
            let name = Self.names.randomElement(using: &random) ?? ""
            let root = Int.random(in: 0...1, using: &random)
            let path = (parts + [name]).joined(separator: "/")
            entries["\(root)/\(path)"] = Entry(
                root: root,
                path: path,
                size: Int64.random(in: 0...Int64.max, using: &random),
                modified: Instant(
                    nanoseconds: Int64.random(in: Int64.min...Int64.max, using: &random)
                )
            )
        }
        let order = entries.values.shuffled(using: &random)
        let table = table(of: order)
        #expect(table.fileCount == order.count)
        for entry in order {
            let target = table.target(of: ObjectName(entry.path), below: entry.root)
            guard case .file(let file) = target else {
                Issue.record("\(entry.path) of seed \(seed) is not found")
                continue
            }
            #expect(table.size(ofFile: file) == entry.size)
            #expect(table.modified(ofFile: file) == entry.modified)
            let place = Self.roots[entry.root].appending(ObjectName(entry.path))
            #expect(table.place(ofFile: file) == place)
            let isUUID = FlinkNames.isUUID(ObjectName(entry.path).last)
            #expect(table.isNamedByUUID(file) == isUUID)
        }
        for name in Self.names {
            let bearers = order.filter { ObjectName($0.path).last == ObjectName(name) }
            var found = 0
            table.forEachFile(named: ObjectName(name)) { _ in found += 1 }
            #expect(found == (FlinkNames.isUUID(ObjectName(name)) ? bearers.count : 0), "\(name)")
        }
        for absent in ["none", "d0/d0/d0/none", "d0/12345678-0000-4000-8000-00000000000f"] {
            #expect(table.target(of: ObjectName(absent), below: 0) == .nothing)
        }
    }

    @Test func `finds a name in every one of very many directories`() throws {
        let name = "5a11ed00-0000-4000-8000-00000000000f"
        let entries = (0..<3000).map {
            Entry(
                root: 0,
                path: "\($0)/\(name)",
                size: Int64($0),
                modified: Instant(nanoseconds: 0)
            )
        }
        let table = table(of: entries)
        var found: Set<FileID> = []
        table.forEachFile(named: ObjectName(name)) { found.insert($0) }
        #expect(found.count == 3000)
        for entry in entries {
            guard case .file(let file) = table.target(of: ObjectName(entry.path), below: 0) else {
                Issue.record("\(entry.path) is not found")
                continue
            }
            #expect(table.size(ofFile: file) == entry.size)
        }
    }

    @Test func `keeps more files than one piece of its arrays holds`() throws {
        let entries = (0..<70_000).map {
            let digits = String($0, radix: 16)
            let tail = String(repeating: "0", count: 12 - digits.count) + digits
            return Entry(
                root: 1,
                path: $0 % 2 == 0 ? "s/5a11ed00-0000-4000-8000-\(tail)" : "s/f\($0)",
                size: Int64($0),
                modified: Instant(nanoseconds: Int64($0))
            )
        }
        let table = table(of: entries)
        for (number, entry) in entries.enumerated() {
            let target = table.target(of: ObjectName(entry.path), below: 1)
            #expect(target == .file(FileID(number)))
            #expect(table.size(ofFile: FileID(number)) == entry.size)
        }
    }
}

/// A reader of which the listing is written down.
private struct ScriptedReader: StorageReader {
    let entries: [(root: Int, path: String, size: Int64, modified: Instant)]

    var timeResolution: Int64 { 1 }

    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        for entry in entries {
            sink.receive(
                root: entry.root,
                path: Array(entry.path.utf8).span,
                kind: .file,
                size: entry.size,
                modified: entry.modified,
                identity: .none
            )
        }
        return roots.map { _ in .complete }
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] { [] }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] { [] }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {}
}
