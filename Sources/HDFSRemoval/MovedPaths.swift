// SPDX-License-Identifier: Apache-2.0

internal import HDFSStorage
internal import SnapshotModel

/// What the shell says it moved into the trash, and where that is.
///
/// `Moved: 'hdfs://nn:8020/a/b' to trash at: hdfs://nn:8020/user/flink/.Trash/Current/a/b`, in the
/// log of 2.7 and 3.4 after the rename; 2.7 prints a second line without the path in the trash.
struct MovedPaths {
    private struct Move: Hashable {
        let source: StorageURL
        let target: StorageURL
    }

    private var moves: Set<Move> = []

    init(_ changed: Changed) {
        let printed = ObjectName(changed.output).description.split(separator: "\n").map(String.init)
        for line in changed.said + printed {
            guard let start = line.firstRange(of: "Moved: '")?.upperBound,
                let middle = line.firstRange(of: "' to trash at: "), start < middle.lowerBound,
                let source = Self.place(line[start..<middle.lowerBound]),
                let target = Self.place(line[middle.upperBound...])
            else { continue }
            moves.insert(Move(source: source, target: target))
        }
    }

    private static func place(_ text: Substring) -> StorageURL? {
        StorageURL(parsing: ObjectName(String(text)))
    }

    /// Where something went, as places in its own store; none where that was said of another store: a
    /// file system of views names those behind it.
    ///
    /// The client may write the name of a store that the policy leaves out.
    func targets(of place: StorageURL) -> [StorageURL] {
        moves.filter { move in
            move.source.path == place.path && move.source.isInSameStore(as: move.target)
                && (move.source.isInSameStore(as: place) || move.source.scheme == nil
                    || place.authority.isEmpty && move.source.scheme == place.scheme)
        }
        .map { move in
            StorageURL(
                scheme: place.scheme,
                authority: place.authority,
                path: move.target.path
            )
        }
        .sorted()
    }

    /// Where something went as far as anything was said of it, in whatever store; nil where nothing was.
    func anyTarget(of place: StorageURL) -> StorageURL? {
        let exact = moves.filter { $0.source.path == place.path }
        let named = exact.isEmpty ? moves.filter { $0.source.path.last == place.path.last } : exact
        let targets = named.map(\.target).sorted { $0.path.bytes.count > $1.path.bytes.count }
        return exact.isEmpty && named.count > 1 ? nil : targets.first
    }
}
