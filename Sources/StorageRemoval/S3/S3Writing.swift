// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import S3Storage
internal import Storage

extension S3Calls {
    /// Writes an object where none is, or where one with this entity tag is.
    ///
    /// Source: S3 API reference, PutObject: `If-None-Match: *` and `If-Match` are answered with 412
    /// where they do not hold. `aws` knows the options since 1.36 and 2.22.
    ///
    /// - Parameters:
    ///   - body: The object's bytes.
    ///   - key: Its key.
    ///   - bucket: Its bucket.
    ///   - tag: The entity tag of what is to be written over; nil where nothing may be there.
    /// - Returns: The entity tag of what was written.
    /// - Throws: `S3Failure`; `alreadyExists` where the condition does not hold, and
    ///   `isUnconditional` where the client or the store does not know conditions.
    func put(
        _ body: [UInt8],
        at key: StoredKey,
        in bucket: String,
        over tag: String?
    ) throws(S3Failure) -> String {
        let condition = tag.map { "--if-match=\($0)" } ?? "--if-none-match=*"
        do throws(S3Failure) {
            return try put(body, at: key, in: bucket, [condition])
        } catch {
            // A refusal whose words got lost (Ceph 16): a look tells whether it was the condition.
            guard error.code.isEmpty, !error.isUnknownOption else { throw error }
            let there: String?
            do throws(S3Failure) {
                there = try head(key, in: bucket).unquoted
            } catch let missing {
                guard missing.reason == .notFound else { throw error }
                there = nil
            }
            guard there != tag else { throw error }
            let detail = "something is there that was not before: \(error.detail)"
            throw S3Failure(detail, reason: .alreadyExists)
        }
    }

    /// Writes an object, whatever was there.
    ///
    /// - Returns: Its entity tag, without quotation marks.
    func put(
        _ body: [UInt8],
        at key: StoredKey,
        in bucket: String,
        _ options: [String]
    ) throws(S3Failure) -> String {
        guard key.fitsArgument else { throw S3Failure(unusable: key) }
        let tag = try put(body, at: key, in: bucket, options, telling: "ETag").unquoted
        // Whoever says nothing may have done nothing.
        guard !["", "None"].contains(tag) else {
            throw S3Failure("the client said that all went well, and named no entity tag")
        }
        return tag
    }

    /// Writes an object, whatever was there, and tells whether it was kept as a version of its own.
    ///
    /// Source: S3 API reference, PutObject: `x-amz-version-id` names the version in a bucket that keeps
    /// versions; it is missing or "null" where deleting would leave nothing behind.
    func putVersion(
        _ body: [UInt8],
        at key: StoredKey,
        in bucket: String
    ) throws(S3Failure) -> Bool {
        guard key.fitsArgument else { throw S3Failure(unusable: key) }
        let told = try put(body, at: key, in: bucket, [], telling: "VersionId")
        if told == "null" { return false }
        if !["", "None"].contains(told) { return true }
        // A store may keep it and not say so.
        let exactly = KeyPrefix(bucket: bucket, bytes: key.bytes)
        return try versions(below: exactly).contains { version in
            version.key == key && version.isLatest && !version.isMarker && version.id != "null"
        }
    }

    private func put(
        _ body: [UInt8],
        at key: StoredKey,
        in bucket: String,
        _ options: [String],
        telling query: String
    ) throws(S3Failure) -> String {
        let directory = try PrivateDirectory(in: temporaryDirectory)
        var words = ["s3api", "put-object", "--bucket=\(bucket)", "--key=\(key.text)"]
        if !body.isEmpty { words.append("--body=\(try directory.write(body, as: "body"))") }
        words += options + ["--output=text", "--query=\(query)"]
        return String(decoding: try aws(words, changes: true), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes an empty object where none is.
    ///
    /// It looks first: not every client and store knows conditions, or holds to them. Two that make the
    /// same empty object at the same time have both made it.
    func createEmpty(_ key: StoredKey, in bucket: String) throws(S3Failure) {
        do throws(S3Failure) {
            try head(key, in: bucket)
        } catch let missing {
            guard missing.reason == .notFound else { throw missing }
            do throws(S3Failure) {
                _ = try put([], at: key, in: bucket, over: nil)
            } catch {
                // Whoever put it there meanwhile, perhaps our own first try: it is there.
                if error.reason == .alreadyExists { return }
                guard error.isUnknownOption else { throw error }
                _ = try put([], at: key, in: bucket, [])
            }
            return
        }
        throw S3Failure("something is there", reason: .alreadyExists)
    }
}

extension S3Failure {
    /// A key that no argument may hold.
    init(unusable key: StoredKey) {
        self.init(
            "\"aws\" takes a name that begins so for a file to read",
            reason: .unusableName
        )
    }

    /// The client does not know an option, or the store does not do what it asks for.
    ///
    /// Source: `aws` ends with 252 (version 2) or 255 and prints its usage; stores answer
    /// `NotImplemented`.
    var isUnknownOption: Bool {
        code == "NotImplemented" || detail.contains("Unknown options")
            || detail.hasPrefix("usage:")
    }
}
