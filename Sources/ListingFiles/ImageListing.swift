// SPDX-License-Identifier: Apache-2.0

internal import HDFSStorage
internal import SnapshotModel
internal import Storage

/// What `hdfs oiv -p Delimited` made of a NameNode's saved image, run with `TZ=UTC`.
///
/// Twelve columns between tabs; 3.x has their names in the first line, 2.7 has none. It holds the
/// whole store, so what is not in it was not there when the image was saved.
///
/// Source: `PBImageDelimitedTextWriter`, 2.7.4 and 3.4: path, replication (0 for directories), times
/// in minutes, block size, blocks, length, quotas, permission, user, group.
struct ImageListing: ListingFormat {
    static var name: String { "output of hdfs oiv -p Delimited" }
    static var timeResolution: Int64 { 60_000_000_000 }

    private var isBegun = false

    init() {}

    static func isRecognized(by firstLine: UnsafeRawBufferPointer) -> Bool {
        isHeading(firstLine) || columns(of: firstLine) != nil
    }

    mutating func read(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) {
        if !isBegun {
            isBegun = true
            take(.root(StorageURL(scheme: nil, path: "/")))
            if Self.isHeading(line) { return }
        }
        guard let columns = Self.columns(of: line),
            let replication = Self.number(columns[1]), let size = Self.number(columns[6]),
            let modified = ShellListingLine.minute(columns[2])
        else { throw ListingFault("a line has other columns, or a name holds a line break") }
        let path = UnsafeRawBufferPointer(rebasing: columns[0].dropFirst())
        guard path.isEmpty || PlainPath.isPossible(path), size >= 0 else {
            throw ListingFault("a path is none that HDFS has, or a length none of a file")
        }
        let isDirectory = replication == 0
        take(
            .object(
                path: path,
                kind: isDirectory ? .directory : .file,
                size: isDirectory ? 0 : size,
                modified: modified
            )
        )
    }

    mutating func finish(_ take: (ListingStatement) -> Void) throws(ListingFault) {
        if isBegun { take(.end(.complete)) }
    }

    private static func isHeading(_ line: UnsafeRawBufferPointer) -> Bool {
        line.starts(with: "Path\tReplication\t".utf8)
    }

    /// The twelve columns, counted from the end, since a path may hold tabs.
    private static func columns(of line: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer]? {
        guard line.first == UInt8(ascii: "/") else { return nil }
        var columns: [UnsafeRawBufferPointer] = []
        var end = line.count
        for _ in 0..<11 {
            guard let tab = line[..<end].lastIndex(of: UInt8(ascii: "\t")) else { return nil }
            columns.append(UnsafeRawBufferPointer(rebasing: line[(tab + 1)..<end]))
            end = tab
        }
        columns.append(UnsafeRawBufferPointer(rebasing: line[..<end]))
        return columns.reversed()
    }

    private static func number(_ column: UnsafeRawBufferPointer) -> Int64? {
        Int64(String(decoding: column, as: UTF8.self))
    }
}
