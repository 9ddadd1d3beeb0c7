// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Policy
internal import SnapshotModel

/// Copies many objects of one bucket by one call.
struct BulkCopy: Sendable {
    /// Which of the objects it copies.
    let positions: [Int]
    private let objects: [StorageURL]
    private let calls: S3Calls
    private let prefix: KeyPrefix

    /// Prepares copies, as far as they are cheaper than reading singly.
    ///
    /// One filtered `aws s3 cp` lists everything below its prefix again and takes all metadata there:
    /// worth it where that takes less time than a start of `aws` for each object. `s5cmd` takes any
    /// objects in one call.
    static func all(
        of part: Range<Int>,
        objects: [StorageURL],
        calls: S3Calls,
        notes: ListingNotes
    ) -> [BulkCopy] {
        guard part.count > 1, let bucket = objects[part].first?.authority else { return [] }
        func copy(_ prefix: KeyPrefix, _ positions: [Int]) -> BulkCopy {
            BulkCopy(positions: positions, objects: objects, calls: calls, prefix: prefix)
        }
        guard calls.settings.client == .aws else {
            return [copy(KeyPrefix(bucket: bucket, bytes: []), Array(part))]
        }
        // Without the metadata's own name in the pattern nothing would be left out.
        let metadata = part.filter { position in
            let path = objects[position].path
            // `aws` leaves out a name that leads elsewhere, and what lies there is not the object.
            return path.last.bytes == ListingNotes.metadataName
                && path.components.allSatisfy { $0 != "." && $0 != ".." }
        }
        let groups = Dictionary(grouping: metadata) { position in
            objects[position].storedKey.flatMap { notes.listed(above: $0.bytes, in: bucket) }
        }
        return groups.compactMap { prefix, positions in
            guard let prefix, let (keys, metadata) = notes.count(below: prefix) else { return nil }
            // Source: measured: 4,400 keys listed and 50 objects copied a second, 0.8 s a start.
            let bulk = 0.8 + Double(keys) / 4400 + Double(metadata) / 50
            let single = 0.8 * Double(positions.count) / Double(max(1, calls.settings.parallel))
            return bulk < single ? copy(prefix, positions) : nil
        }
    }

    /// Copies into a directory.
    ///
    /// - Returns: The failure where the call ended with anything but 0; some files may be whole.
    func run(into directory: PrivateDirectory) -> S3Failure? {
        do throws(S3Failure) {
            switch calls.settings.client {
            case .aws:
                _ = try calls.aws([
                    "s3", "cp", "--recursive", "--only-show-errors", "--no-progress",
                    "s3://\(prefix.bucket)/\(prefix.text)", "\(folder(in: directory))/",
                    "--exclude=*", "--include=_metadata", "--include=*/_metadata",
                ])
                return nil
            case .s5cmd:
                let list = try directory.write(script(into: directory), as: "list")
                return try calls.s5cmd(["--json", "run", list]).1
            }
        } catch {
            return error
        }
    }

    /// Where each object was copied to, as far as it was.
    func files(in directory: PrivateDirectory) -> [Int: String] {
        var files: [Int: String] = [:]
        for position in positions {
            let file = file(of: position, in: directory)
            if FileManager.default.fileExists(atPath: file) { files[position] = file }
        }
        return files
    }

    /// A folder of its own: below two prefixes there may be the same names.
    private func folder(in directory: PrivateDirectory) -> String {
        "\(directory.path)/all-\(positions.first ?? 0)"
    }

    private func file(of position: Int, in directory: PrivateDirectory) -> String {
        guard calls.settings.client == .aws, let key = objects[position].storedKey,
            let path = prefix.path(of: key)
        else { return "\(directory.path)/\(position)" }
        return "\(folder(in: directory))/\(String(decoding: path, as: UTF8.self))"
    }

    /// One line for each object; names with a newline cannot stand in it and are read singly.
    private func script(into directory: PrivateDirectory) -> [UInt8] {
        var lines = ""
        for position in positions {
            guard let key = objects[position].storedKey, !key.bytes.contains(0x0A) else { continue }
            let source = S5cmdScript.quoted("s3://\(prefix.bucket)/\(key.text)")
            let target = S5cmdScript.quoted(file(of: position, in: directory))
            lines += "cp --raw \(source) \(target)\n"
        }
        return Array(lines.utf8)
    }
}

/// The words of a file for `s5cmd run`.
package enum S5cmdScript {
    /// A word in single quotes, within which nothing has a meaning.
    ///
    /// Source: s5cmd splits lines as a POSIX shell does (`google/shlex`).
    package static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
