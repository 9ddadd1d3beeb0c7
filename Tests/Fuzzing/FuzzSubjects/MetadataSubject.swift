// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import SnapshotModel

/// The reader of `_metadata`.
public struct MetadataSubject: FuzzSubject {
    /// Its name.
    public static let name = "metadata"

    /// Metadata of every version, and some that are broken.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/FlinkMetadataTests/Fixtures", endingIn: "/_metadata")
    }

    /// Makes one.
    public init() {}

    /// The references are bounded by the bytes, errors lie in the file, and what comes in pieces is
    /// read as what comes whole.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let whole = Self.read(PieceSource(input, piece: .max))
        let pieces = Self.read(PieceSource(input, piece: 1 + input.number(below: 97)))
        guard whole == pieces else { return "read in pieces it is another than read whole" }
        switch whole {
        case .success(let metadata):
            // No reference takes fewer than 12 bytes.
            guard metadata.references.count <= input.count / 12 else {
                return "\(metadata.references.count) references in \(input.count) bytes"
            }
            guard (0...Int64(input.count)).contains(metadata.trailingBytes),
                (2...6).contains(metadata.version)
            else { return "what it says of itself cannot be" }
            return nil
        case .failure(let error):
            return (0...Int64(input.count)).contains(error.offset)
                ? nil : "the error lies at \(error.offset) of \(input.count)"
        }
    }

    private static func read(
        _ bytes: some ByteSource
    ) -> Result<SnapshotMetadata, MetadataError> {
        var source = bytes
        do throws(MetadataError) {
            return .success(try MetadataReader.read(&source))
        } catch {
            return .failure(error)
        }
    }
}

/// Bytes that come at most so many at a time, as from a pipe.
private struct PieceSource: ByteSource {
    private let bytes: [UInt8]
    private let piece: Int
    private var position = 0

    init(_ bytes: [UInt8], piece: Int) {
        self.bytes = bytes
        self.piece = piece
    }

    var length: Int64 { Int64(bytes.count) }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let next = bytes[position...].prefix(min(buffer.count, piece))
        buffer.copyBytes(from: next)
        position += next.count
        return next.count
    }

    mutating func skip(_ count: Int64) throws(ByteSourceError) {
        position += Int(min(count, Int64(bytes.count - position)))
    }
}
