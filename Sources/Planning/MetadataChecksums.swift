// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import SnapshotModel
public import Storage

/// Checksums of the metadata of snapshots, read in as few calls as the stores allow.
public struct MetadataChecksums {
    /// The checksum of each snapshot's `_metadata`, or why it does not read.
    public private(set) var results: [StorageURL: Result<String, StorageError>] = [:]

    /// Reads the metadata of snapshots.
    ///
    /// - Parameters:
    ///   - places: The snapshots' directories.
    ///   - roots: The roots that they lie below; what lies below none is not read.
    ///   - readerFor: Gives the reader of the store that a root lies in.
    public init(
        of places: [StorageURL],
        below roots: [StorageURL],
        readerFor: (StorageURL) -> (any StorageReader)?
    ) {
        for root in roots {
            let places = places.filter { $0.path(below: root) != nil }
            guard !places.isEmpty, let reader = readerFor(root) else { continue }
            reader.read(places.map { $0.appending(FlinkNames.metadata) }) { index, result in
                let place = places[index]
                switch consume result {
                case .success(var source):
                    do throws(ByteSourceError) {
                        results[place] = .success(try Self.checksum(&source))
                    } catch {
                        results[place] = .failure(
                            StorageError(
                                .failed,
                                action: "read",
                                place: place,
                                detail: error.description
                            )
                        )
                    }
                case .failure(let error): results[place] = .failure(error)
                }
            }
        }
    }

    private static func checksum(
        _ source: inout FileByteSource
    ) throws(ByteSourceError) -> String {
        var checksum = Checksum128()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { return checksum.description }
            checksum.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
