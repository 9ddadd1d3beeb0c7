// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Paths of one snapshot's references, one behind the other in one piece of memory.
///
/// A hundred thousand snapshots have ten million references: as values of their own these would
/// be as many allocations. A `ReferencePath` is made only of one that is asked for.
public struct ReferencePaths: Hashable, Sendable {
    /// Where a path lies in `texts`.
    public struct Entry: Hashable, Sendable {
        let written: Range<Int>
        /// The bytes of the path as Flink's own `Path` would write them.
        public let normalized: Range<Int>
        /// Whether the path is relative to the directory of the metadata file.
        public let isRelative: Bool
    }

    /// The bytes of all paths.
    public private(set) var texts: [UInt8] = []
    /// The paths in order.
    public private(set) var entries: [Entry] = []

    /// Makes the paths of nothing.
    public init() {}

    /// Adds a path.
    public mutating func append(_ path: ReferencePath) {
        let start = texts.count
        texts += path.written.bytes
        let written = start..<texts.count
        var normalized = written
        let normal = path.normalized
        if normal != path.written {
            texts += normal.bytes
            normalized = written.upperBound..<texts.count
        }
        entries.append(
            Entry(written: written, normalized: normalized, isRelative: path.isRelative)
        )
    }

    /// Adds a path of UTF-8 bytes.
    ///
    /// - Returns: False where `ReferencePath` would be nil: nothing is added.
    mutating func append(utf8 text: UnsafeRawBufferPointer, isRelative: Bool) -> Bool {
        guard PathText.isPlain(text, isRelative: isRelative) else {
            guard let path = ReferencePath(utf8: Array(text), isRelative: isRelative) else {
                return false
            }
            append(path)
            return true
        }
        let start = texts.count
        texts.append(contentsOf: text)
        let range = start..<texts.count
        entries.append(Entry(written: range, normalized: range, isRelative: isRelative))
        return true
    }
}

// MARK: - RandomAccessCollection

extension ReferencePaths: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of paths.
    public var endIndex: Int { entries.count }

    /// Makes the path at a position.
    public subscript(position: Int) -> ReferencePath {
        let entry = entries[position]
        return ReferencePath(
            text: Array(texts[entry.written]),
            normalText: entry.normalized == entry.written ? nil : Array(texts[entry.normalized]),
            isRelative: entry.isRelative
        )
    }
}
