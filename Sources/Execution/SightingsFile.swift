// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Planning
internal import SnapshotModel

/// Reads and writes what runs found unreferenced, written as it is found and read as it is needed.
///
/// A line that says what it is, the records, and a checksum of both. A file that was damaged is
/// none: what it would have let go waits longer.
enum SightingsFile {
    private static let head = Array("janitor sightings 1\n".utf8)
    /// Digits of a `Checksum128`, and a line end.
    private static let tailLength = 33

    /// Reads the file.
    ///
    /// - Parameter path: Where it is.
    /// - Returns: The sightings, and why there are none where there should be some.
    static func read(_ path: String) -> (sightings: Sightings, problem: String?) {
        guard FileManager.default.fileExists(atPath: path) else { return (Sightings(), nil) }
        let problem = "cannot read \"\(path)\", so a new one is started"
        // Mapped: it may be large, and is gone through once from its beginning to its end.
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped),
            data.count >= head.count + tailLength, data.starts(with: head)
        else { return (Sightings(), problem) }
        let end = data.count - tailLength
        var checksum = Checksum128()
        data.withUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        guard data[end...].elementsEqual("\(checksum)\n".utf8) else {
            return (Sightings(), problem)
        }
        return (Sightings(records: data[head.count..<end]), nil)
    }

    /// Writes the file anew, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - body: Gives the records, piece by piece.
    /// - Throws: `StateError` where it cannot be written; the old one is still there then.
    static func write(
        _ path: String,
        _ body: (@escaping (UnsafeRawBufferPointer) -> Void) -> Void
    ) throws(StateError) {
        let file = try DurableFile.Replacement(of: path)
        var checksum = Checksum128()
        func add(_ bytes: UnsafeRawBufferPointer) {
            checksum.add(bytes)
            file.write(bytes)
        }
        head.withUnsafeBytes(add)
        body { add($0) }
        Array("\(checksum)\n".utf8).withUnsafeBytes { file.write($0) }
        try file.finish()
    }
}
