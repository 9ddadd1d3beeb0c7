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

    /// What became of the reading of a record.
    package enum Reading {
        /// It reads; what it tells of.
        case entries([TrashRecord.Entry])
        /// No copy and no version of it reads, in the bucket or here: it tells nothing any more.
        case lost
    }

    /// All that is written down about one run in one root.
    package struct OfRun {
        /// What it tells of.
        package var entries: [TrashRecord.Entry] = []
        /// All versions and delete markers of the records that read.
        package var versions: [ListedVersion] = []
        /// Records that tell nothing any more.
        package var lost: [StoredKey] = []
    }

    /// Reads a record.
    ///
    /// - Parameters:
    ///   - key: The record's key.
    ///   - bucket: Its bucket.
    ///   - versions: All versions of the key; nil where they are not known: they are listed where what
    ///     the key shows does not read.
    ///   - calls: Reads it where there is no copy.
    /// - Returns: What it tells of, or that it does not.
    /// - Throws: `S3Failure` where that cannot be known.
    package func read(
        _ key: StoredKey,
        in bucket: String,
        versions: [ListedVersion]? = nil,
        _ calls: S3Calls
    ) throws(S3Failure) -> Reading {
        let name = String(decoding: key.lastComponent, as: UTF8.self)
        if let entries = known.withLock({ $0[name] }) { return .entries(entries) }
        if let entries = copy(name).flatMap({ note($0, name) }) { return .entries(entries) }
        // What somebody wrote over it or hid it with is not what the run wrote.
        if versions == nil, let (content, _) = try calls.content(of: key, in: bucket),
            let entries = note(content, name)
        {
            return .entries(entries)
        }
        let exactly = KeyPrefix(bucket: bucket, bytes: key.bytes)
        let all: [ListedVersion]
        if let versions { all = versions } else { all = try calls.versions(below: exactly) }
        for version in all where version.key == key && !version.isMarker {
            guard let (content, _) = try calls.content(of: key, in: bucket, version: version.id),
                let entries = note(content, name)
            else { continue }
            return .entries(entries)
        }
        return .lost
    }

    /// Reads all that is written down about a run, hidden or not.
    ///
    /// - Parameters:
    ///   - directory: `<root>/.janitor-trash/<run>/`.
    ///   - calls: Lists and reads.
    /// - Returns: What all of it tells.
    /// - Throws: `S3Failure` where that cannot be known.
    package func all(
        below directory: KeyPrefix,
        _ calls: S3Calls
    ) throws(S3Failure) -> OfRun {
        var found = OfRun()
        let versions = Dictionary(grouping: try calls.versions(below: directory), by: \.key)
        for (key, versions) in versions.sorted(by: { $0.key < $1.key }) {
            guard let path = directory.path(of: key), TrashRecord.isName(path) else { continue }
            let reading = try read(key, in: directory.bucket, versions: versions, calls)
            guard case .entries(let entries) = reading else {
                found.lost.append(key)
                continue
            }
            found.entries += entries
            found.versions += versions
        }
        return found
    }

    /// Keeps in mind what a record tells of; nil for bytes that are none, or not those of its name.
    private func note(_ bytes: [UInt8], _ name: String) -> [TrashRecord.Entry]? {
        guard TrashRecord.isName(name, of: bytes), let record = TrashRecord(bytes) else {
            return nil
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
