// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import Foundation
import JanitorTestSupport
import SnapshotModel

/// What lies in a local tree before it is put into a store.
struct TreeContent {
    /// Every file below the top, with its length.
    private(set) var lengths: [String: Int64] = [:]
    /// For each `_metadata` whatever has to be there so that it can be restored from: all files in its
    /// own directory, and all that it names.
    private(set) var needs: [String: Set<String>] = [:]

    /// Reads a tree that metadata call `file:<top>`.
    ///
    /// - Throws: Where something cannot be read, or names what is not in the tree.
    init(of top: String) throws {
        let tree = try TreeSnapshot(of: top)
        for (path, entry) in tree.entries where entry.mode & S_IFMT == S_IFREG {
            lengths[path.description] = Int64(entry.content.count)
        }
        for (path, entry) in tree.entries where path.last == "_metadata" {
            var source = MemoryByteSource(entry.content)
            let metadata = try MetadataReader.read(&source)
            let directory = String(path.description.dropLast("_metadata".count))
            var needed = Set(lengths.keys.filter { $0.hasPrefix(directory) })
            for reference in metadata.references {
                let written = reference.path.written.description
                let below =
                    reference.path.isRelative
                    ? directory + written : String(written.dropFirst("file:\(top)/".count))
                guard lengths[below] != nil else { throw Missing(path: written) }
                needed.insert(below)
            }
            needs[path.description] = needed
        }
    }

    /// Puts what lies in another tree beside it.
    mutating func add(_ other: TreeContent) {
        lengths.merge(other.lengths) { $1 }
        needs.merge(other.needs) { $1 }
    }

    /// Notes a file that nothing needs.
    mutating func add(_ path: String, length: Int64) { lengths[path] = length }

    /// A file that metadata name and that is not in the tree.
    struct Missing: Error {
        let path: String
    }
}
