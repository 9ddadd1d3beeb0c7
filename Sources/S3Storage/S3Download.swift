// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import Glibc
internal import Policy
internal import SnapshotModel
internal import Storage

/// Reads many objects into files of a private directory.
///
/// Never to standard output: `aws` writes data twice there when it tries again. A file counts only
/// with the length that was listed or announced; what a bulk copy left out is read singly.
///
/// Source: measured with the AWS CLI 1.45 against a server that broke bodies off: `s3 cp` to
/// standard output gave 2,500 bytes of an object of 1,000, and `get-object` left a part of a file.
struct S3Download {
    let calls: S3Calls
    let notes: ListingNotes
    let objects: [StorageURL]

    /// The most bytes that lie in the private directory at once.
    private static let bytesAtOnce: Int64 = 1 << 30
    /// Objects in one call of `s5cmd run`.
    private static let objectsAtOnce = 5000
    /// Objects that are read one by one after a bulk copy has failed; the rest keeps its failure.
    private static let singleLimit = 200

    /// Reads all of them.
    ///
    /// - Parameter receive: Gets each position and the bytes, or why they cannot be read, in order.
    mutating func run(
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        var next = 0
        while next < objects.count {
            let end = endOfPart(from: next)
            run(next..<end, receive)
            next = end
        }
    }

    /// One object after the other, as far as they fit into the private directory and lie in one
    /// bucket.
    private func endOfPart(from start: Int) -> Int {
        var end = start
        var bytes: Int64 = 0
        while end < objects.count, end - start < Self.objectsAtOnce,
            objects[end].authority == objects[start].authority
        {
            bytes.add(bytes: noted(end)?.size ?? 0)
            if end > start, bytes > Self.bytesAtOnce { break }
            end += 1
        }
        return end
    }

    private func noted(_ position: Int) -> ListedObject? {
        objects[position].storedKey.flatMap { notes.object($0, in: objects[position].authority) }
    }

    private func run(
        _ part: Range<Int>,
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        let directory: PrivateDirectory
        do throws(S3Failure) {
            directory = try PrivateDirectory(in: calls.temporaryDirectory)
        } catch {
            for position in part {
                receive(position, .failure(error.error(action: "read", place: objects[position])))
            }
            return
        }
        var files: [Int: String] = [:]
        var failures: [Int: S3Failure] = [:]
        let copies = BulkCopy.all(of: part, objects: objects, calls: calls, notes: notes)
        for (copy, failure) in zip(copies, runAll(copies, into: directory)) {
            files.merge(copy.files(in: directory)) { first, _ in first }
            if let failure { for position in copy.positions { failures[position] = failure } }
        }
        let left = part.filter { !isWhole(files[$0], $0) }
        let singles = failures.isEmpty ? left[...] : left.prefix(Self.singleLimit)
        let single = readSingly(singles, into: directory, &files)
        for position in part {
            if let error = single[position] ?? (files[position] == nil ? failures[position] : nil) {
                receive(position, .failure(error.error(action: "read", place: objects[position])))
            } else {
                receive(position, open(files[position], position))
            }
        }
    }

    private func runAll(_ copies: [BulkCopy], into directory: PrivateDirectory) -> [S3Failure?] {
        concurrentMap(copies, atMost: calls.settings.parallel) { $0.run(into: directory) }
    }

    private func isWhole(_ file: String?, _ position: Int) -> Bool {
        guard let file, let noted = noted(position), let size = Self.size(of: file) else {
            return false
        }
        return size == noted.size
    }

    // MARK: Singly

    /// Reads objects one by one, several at a time.
    private func readSingly(
        _ positions: some RandomAccessCollection<Int>,
        into directory: PrivateDirectory,
        _ files: inout [Int: String]
    ) -> [Int: S3Failure] {
        let list = Array(positions)
        let results = concurrentMap(list, atMost: calls.settings.parallel) { position in
            Result { () throws(S3Failure) in try readOne(position, into: directory) }
        }
        var failures: [Int: S3Failure] = [:]
        for (position, result) in zip(list, results) {
            switch result {
            case .success(let file): files[position] = file
            case .failure(let failure):
                files[position] = nil
                failures[position] = failure
            }
        }
        return failures
    }

    private func readOne(
        _ position: Int,
        into directory: PrivateDirectory
    ) throws(S3Failure) -> String {
        guard let key = objects[position].storedKey else {
            throw S3Failure("it names no object", reason: .unusableName)
        }
        let file = "\(directory.path)/\(position)"
        let length = try calls.get(key, in: objects[position].authority, into: file)
        let size = Self.size(of: file)
        guard size == length else {
            let detail = "\(size ?? 0) of \(length) bytes came"
            throw S3Failure(detail)
        }
        if let noted = noted(position), noted.size != length {
            let detail = "it has \(length) bytes now, and had \(noted.size) when it was listed"
            throw S3Failure(detail, reason: .changed)
        }
        return file
    }

    private static func size(of file: String) -> Int64? { DownloadedFile.size(of: file) }

    private func open(
        _ file: String?,
        _ position: Int
    ) -> Result<FileByteSource, StorageError> {
        DownloadedFile.open(file, objects[position], as: noted(position).map { TrashedObject($0) })
    }
}

/// A file of a private directory that an object was read into.
enum DownloadedFile {
    /// Its length; nil where there is none.
    static func size(of file: String) -> Int64? {
        var status = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// Opens it and takes its name away: it is gone with the last one that reads it.
    static func open(
        _ file: String?,
        _ place: StorageURL,
        as noted: TrashedObject?
    ) -> Result<FileByteSource, StorageError> {
        let number = file.map { Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) } ?? -1
        guard let file, number >= 0, let size = size(of: file) else {
            if number >= 0 { close(number) }
            let detail = "it was read, and is not where it was put"
            return .failure(StorageError(.failed, action: "read", place: place, detail: detail))
        }
        unlink(file)
        return .success(
            FileByteSource(
                owning: number,
                length: size,
                modified: noted?.modified ?? Instant(nanoseconds: 0),
                identity: noted?.identity ?? .none
            )
        )
    }
}

extension S3Calls {
    /// Reads one object into a file.
    ///
    /// - Returns: The length that the store announced.
    /// - Throws: `S3Failure` where it did not come whole; `notFound` only where the store said so.
    func get(
        _ key: StoredKey,
        in bucket: String,
        into file: String
    ) throws(S3Failure) -> Int64 {
        guard key.fitsArgument else {
            let detail = "\"aws\" takes a name that begins so for a file to read"
            throw S3Failure(detail, reason: .unusableName)
        }
        guard settings.client == .aws else {
            let source = "s3://\(bucket)/\(key.text)"
            let (_, failure) = try s5cmd(["--json", "cp", "--raw", source, file])
            if let failure { throw failure }
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            return Int64(attributes?[.size] as? Int ?? -1)
        }
        let words = [
            "s3api", "get-object", "--bucket=\(bucket)", "--key=\(key.text)",
            "--output=text", "--query=ContentLength", file,
        ]
        do throws(S3Failure) {
            let text = String(decoding: try aws(words), as: UTF8.self)
            guard let length = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw S3Failure("no length was announced")
            }
            return length
        } catch {
            // A refusal whose words got lost: a question without a body tells which one it was.
            guard error.code.isEmpty, error.reason == .failed else { throw error }
            try head(key, in: bucket)
            throw error
        }
    }

    /// Asks whether an object is there.
    ///
    /// - Returns: Its entity tag.
    /// - Throws: `S3Failure`; `notFound` only where the store said so.
    @discardableResult
    package func head(_ key: StoredKey, in bucket: String) throws(S3Failure) -> String {
        let words = [
            "s3api", "head-object", "--bucket=\(bucket)", "--key=\(key.text)", "--output=text",
            "--query=ETag",
        ]
        return String(decoding: try aws(words), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
