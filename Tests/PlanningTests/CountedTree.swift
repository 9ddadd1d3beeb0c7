// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport

/// A real tree counted apart from the program: lengths as `du` has them, and who uses what by the
/// texts that stand in metadata.
struct CountedTree {
    /// Bytes of every file, by its path below the tree.
    let bytes: [String: Int64]
    /// For each directory with metadata the files that it uses: those in it, and those it names.
    private(set) var used: [String: Set<String>] = [:]
    private let prefixes: [(written: String, actual: String)]

    /// Counts a tree.
    init(_ tree: FlinkTree) throws {
        let top = tree.directory.path
        bytes = try Self.lengths(below: top)
        prefixes =
            tree.name.hasPrefix("hdfs")
            ? [("hdfs:/flink/", "flink/"), ("hdfs://127.0.0.1:19000/flink/", "flink/")]
            : [("file:/data/flinklab/", "")]
        var named: [String: [String]] = [:]
        for path in bytes.keys { named[Self.last(path), default: []].append(path) }
        for path in bytes.keys where path.hasSuffix("/_metadata") {
            let home = String(path.dropLast("/_metadata".count))
            let metadata = try Data(contentsOf: URL(filePath: "\(top)/\(path)"))
            var files = Set(bytes.keys.filter { $0.hasPrefix("\(home)/") })
            for text in texts(in: [UInt8](metadata)) {
                let place = self.place(of: text) ?? "\(home)/\(text)"
                if bytes[place] != nil {
                    files.insert(place)
                } else if Self.isUUID(Self.last(place)) {
                    files.formUnion(named[Self.last(place)] ?? [])
                }
            }
            used[home] = files
        }
    }

    /// What a file is, by its path as text.
    static func kind(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        if parts.contains(where: { $0.hasPrefix("savepoint-") }) { return "savepoint" }
        if parts.contains(where: { $0.hasPrefix("chk-") }) { return "checkpoint" }
        guard parts.count > 1, isUUID(last(path)) else { return "unknown" }
        switch parts[parts.count - 2] {
        case "shared": return "shared"
        case "taskowned": return "taskOwned"
        case "dstl": return "changelog"
        case let holder where holder.hasPrefix("job_"): return "merged"
        default: return "unknown"
        }
    }

    private static func last(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }

    private static func isUUID(_ name: String) -> Bool {
        name.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
    }

    /// Where a text that begins as the tree's metadata write places leads.
    private func place(of text: String) -> String? {
        let prefix = prefixes.first { text.hasPrefix($0.written) }
        return prefix.map { $0.actual + text.dropFirst($0.written.count) }
    }

    /// Texts as Java's `writeUTF` leaves them, behind their length in two bytes, that are paths of
    /// the tree or bare names.
    private func texts(in metadata: [UInt8]) -> [String] {
        var texts: [String] = []
        for start in metadata.indices.dropLast(2) {
            let length = Int(metadata[start]) << 8 | Int(metadata[start + 1])
            guard (36...400).contains(length), start + 2 + length <= metadata.count,
                [UInt8(ascii: "f"), UInt8(ascii: "h")].contains(metadata[start + 2])
                    || length == 36
            else { continue }
            let text = String(
                decoding: metadata[start + 2..<start + 2 + length],
                as: UTF8.self
            )
            if place(of: text) != nil || Self.isUUID(text) { texts.append(text) }
        }
        return texts
    }

    /// What `du` says of every file.
    private static func lengths(below top: String) throws -> [String: Int64] {
        let script = "find * -type f -print0 | du -b -0 --files0-from=-"
        let said = try TestCommand.run(["/bin/sh", "-c", script], in: top)
        guard said.code == 0 else { throw CocoaError(.fileReadUnknown) }
        var lengths: [String: Int64] = [:]
        for line in said.output.split(separator: 0) {
            let parts = String(decoding: line, as: UTF8.self)
                .split(separator: "\t", maxSplits: 1)
            guard parts.count == 2 else { throw CocoaError(.fileReadCorruptFile) }
            lengths[String(parts[1])] = Int64(parts[0])
        }
        return lengths
    }
}
