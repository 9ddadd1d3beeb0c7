// SPDX-License-Identifier: Apache-2.0

internal import HDFSStorage
internal import SnapshotModel
internal import Storage

/// What `hdfs dfs -ls -R PATH…` printed, with `TZ=UTC` and a UTF-8 locale.
///
/// Nothing in it says where it ends or of which name node it is: whoever saved it has to have seen it
/// end well, and it speaks of the one HDFS store that the policy names. What was listed is the
/// directory that holds the first entry.
struct ShellListing: ListingFormat {
    static var name: String { "output of hdfs dfs -ls -R" }
    static var timeResolution: Int64 { 60_000_000_000 }

    private var current: [UInt8]?

    init() {}

    static func isRecognized(by firstLine: UnsafeRawBufferPointer) -> Bool {
        ShellListingLine(firstLine) != nil
    }

    mutating func read(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) {
        guard let entry = ShellListingLine(line) else {
            throw ListingFault(
                "a line is none, its path is none that HDFS has, or a name holds a line break"
            )
        }
        let path = UnsafeRawBufferPointer(rebasing: line[entry.pathStart...])
        guard path.count > 1 else { throw ListingFault("a path is none that HDFS has") }
        if current.map({ !Self.isBelow(path, $0) }) ?? true {
            if current != nil { take(.end(.complete)) }
            let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
            let parent = Array(path[..<slash])
            current = parent
            take(.root(StorageURL(scheme: nil, path: ObjectName(parent + [UInt8(ascii: "/")]))))
        }
        let skipped = (current?.count ?? 0) + 1
        take(
            .object(
                path: UnsafeRawBufferPointer(rebasing: path[skipped...]),
                kind: entry.kind,
                size: entry.size,
                modified: entry.modified
            )
        )
    }

    mutating func finish(_ take: (ListingStatement) -> Void) throws(ListingFault) {
        if current != nil { take(.end(.complete)) }
    }

    private static func isBelow(_ path: UnsafeRawBufferPointer, _ directory: [UInt8]) -> Bool {
        path.count > directory.count + 1 && path.starts(with: directory)
            && path[directory.count] == UInt8(ascii: "/")
    }
}
