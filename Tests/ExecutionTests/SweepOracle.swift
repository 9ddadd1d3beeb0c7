// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import Foundation
import JanitorTestSupport
import SnapshotModel

/// Derives from a tree on disk which files outside snapshots nobody needs, in its own way: by a walk
/// of names as text and by base names alone, since names of state are random.
struct SweepOracle {
    /// Files outside snapshots that no metadata name, by what they are, as absolute paths.
    private(set) var garbage: [Kind: Set<String>] = [:]
    /// Directories of attempts below which there is no file and no snapshot, and all in them.
    private(set) var emptyDirectories: Set<String> = []
    /// Base names that some metadata reference.
    private(set) var referenced: Set<String> = []

    enum Kind: Hashable {
        case shared, merged, forst, changelog, taskOwned
    }

    private static var uuid: Regex<Substring> {
        /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/
    }
    private static var hex32: Regex<Substring> { /[0-9a-f]{32}/ }

    /// Walks a tree.
    ///
    /// - Parameter top: Its absolute path.
    /// - Throws: Where it cannot be read.
    init(_ top: String) throws {
        var paths: [String] = []
        var directories: Set<String> = []
        let walk = FileManager.default.enumerator(atPath: top)
        while let below = walk?.nextObject() as? String {
            if below.hasPrefix(".janitor-") || below.contains("/.janitor-lock") { continue }
            let isDirectory = walk?.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
            if isDirectory { directories.insert(below) } else { paths.append(below) }
        }
        for path in paths where path.hasSuffix("/_metadata") {
            let bytes = try Data(contentsOf: URL(filePath: "\(top)/\(path)"))
            var source = MemoryByteSource(Array(bytes))
            guard let metadata = try? MetadataReader.read(&source) else { continue }
            for reference in metadata.references {
                referenced.insert(String(Self.last(reference.path.written.description)))
            }
        }
        for path in paths where !path.contains(".janitor-trash") {
            guard let kind = Self.kind(of: path), !referenced.contains(Self.last(path)) else {
                continue
            }
            garbage[kind, default: []].insert("\(top)/\(path)")
        }
        findEmpty(top, directories, paths)
    }

    private mutating func findEmpty(_ top: String, _ directories: Set<String>, _ paths: [String]) {
        for directory in directories where Self.last(directory).wholeMatch(of: Self.hex32) != nil {
            let inside = "\(directory)/"
            let isFilled =
                paths.contains { $0.hasPrefix(inside) }
                || directories.contains {
                    $0.hasPrefix(inside) && Self.last($0).hasPrefix("chk-")
                }
            if isFilled { continue }
            for other in directories where other == directory || other.hasPrefix(inside) {
                emptyDirectories.insert("\(top)/\(other)")
            }
        }
    }

    private static func last(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }

    /// What a file is by its path; nil for what is never swept.
    private static func kind(of path: String) -> Kind? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 3 else { return nil }
        let isUUID = parts[parts.count - 1].wholeMatch(of: uuid) != nil
        let (holder, outer) = (parts[parts.count - 2], parts[parts.count - 3])
        if let database = parts.firstIndex(where: {
            $0.hasPrefix("op_") && $0.contains("_attempt_")
        }),
            database > 0, parts[database - 1] == "shared"
        {
            return .forst
        }
        guard isUUID else { return nil }
        if holder == "shared" { return .shared }
        if holder == "taskowned" { return .taskOwned }
        if holder == "dstl", outer.wholeMatch(of: hex32) != nil { return .changelog }
        if outer == "shared", holder.hasPrefix("job_"), holder.contains("_op_") { return .merged }
        if outer == "taskowned", holder.hasPrefix("job_"), holder.contains("_tm_") {
            return .merged
        }
        return nil
    }
}
