// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// Reads what runs wrote down in buckets about what they deleted, each record once.
///
/// The name of a record proves its bytes. So whoever writes one keeps a copy in the state directory, and
/// a run on the same machine asks the store for none; a copy that is lost or damaged costs a call.
package final class TrashRecords: Sendable {
    private let directory: String?
    private let known = Mutex<[String: [TrashRecord.Entry]]>([:])

    /// - Parameter directory: Where copies are kept; nil for nowhere.
    init(copiesIn directory: String?) {
        self.directory = directory
    }

    /// The entries of a record.
    ///
    /// - Parameters:
    ///   - key: The record's key.
    ///   - bucket: Its bucket.
    ///   - calls: Reads it where there is no copy.
    /// - Returns: What it tells of; nothing where it is gone.
    /// - Throws: `S3Failure` where it cannot be read.
    package func entries(
        at key: StoredKey,
        in bucket: String,
        _ calls: S3Calls
    ) throws(S3Failure) -> [TrashRecord.Entry] {
        let name = String(decoding: key.lastComponent, as: UTF8.self)
        if let entries = known.withLock({ $0[name] }) { return entries }
        let bytes: [UInt8]
        if let copy = copy(name) {
            bytes = copy
        } else if let (content, _) = try calls.content(of: key, in: bucket) {
            bytes = content
        } else {
            return []
        }
        guard TrashRecord.isName(name, of: bytes), let record = TrashRecord(bytes) else {
            throw S3Failure("what the run wrote down about it does not read")
        }
        known.withLock { $0[name] = record.entries }
        return record.entries
    }

    private func copy(_ name: String) -> [UInt8]? {
        guard let directory, !name.contains("/"),
            let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)"),
            TrashRecord.isName(name, of: Array(bytes))
        else { return nil }
        return Array(bytes)
    }

    /// Keeps a copy of what is written into the store.
    package func keep(_ bytes: [UInt8], as name: String) {
        guard let directory else { return }
        mkdir(directory, 0o700)
        // What cannot be kept is read from the store.
        try? Data(bytes).write(to: URL(filePath: "\(directory)/\(name)"), options: .atomic)
    }

    /// Lets a copy go whose record is gone.
    package func forget(_ name: String) {
        known.withLock { $0[name] = nil }
        guard let directory, !name.contains("/") else { return }
        unlink("\(directory)/\(name)")
    }
}
