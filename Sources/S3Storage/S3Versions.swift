// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel
package import Storage

/// One version of an object, or a delete marker.
package struct ListedVersion: Hashable, Sendable {
    /// The object's key.
    package var key: StoredKey
    /// The version's name.
    package var id: String
    /// It is what the key shows now.
    package var isLatest: Bool
    /// It is a delete marker, and has no bytes.
    package var isMarker: Bool
    /// Length in bytes.
    package var size: Int64
    /// When it was written.
    package var modified: Instant
    /// What tells it from others, as `ListedObject` has it; `.none` of a marker.
    package var identity: ObjectIdentity
}

extension S3Calls {
    /// Whether deleting in a bucket leaves a delete marker that can be taken away again.
    ///
    /// A store that does not know the question keeps none. A client that prints nothing, or a part of a
    /// word, has not answered it.
    ///
    /// Source: S3 API reference, GetBucketVersioning: `Enabled`, `Suspended`, or no status where it was
    /// never switched on, for which `aws` 1 and 2 print `None`.
    ///
    /// - Throws: `S3Failure` where that cannot be known.
    package func keepsVersions(_ bucket: String) throws(S3Failure) -> Bool {
        do throws(S3Failure) {
            let said = try aws([
                "s3api", "get-bucket-versioning", "--bucket=\(bucket)", "--output=text",
                "--query=Status",
            ])
            let status = String(decoding: said.filter { $0 > 0x20 }, as: UTF8.self)
            switch status {
            case "Enabled": return true
            case "None", "Suspended": return false
            default:
                throw S3Failure(
                    "whether the bucket keeps versions the client answered with \"\(status)\", which "
                        + "is neither Enabled, Suspended nor None"
                )
            }
        } catch {
            if ["NotImplemented", "MethodNotAllowed", "501", "405"].contains(error.code) {
                return false
            }
            throw error
        }
    }

    /// Lists all versions and delete markers below a prefix.
    ///
    /// - Throws: `S3Failure` where the listing is not whole, or a key is not known exactly.
    package func versions(below prefix: KeyPrefix) throws(S3Failure) -> [ListedVersion] {
        var versions: [ListedVersion] = []
        try eachVersion(below: prefix) { versions.append($0) }
        return versions
    }

    /// Hands over all versions and delete markers below a prefix, in the store's order.
    ///
    /// - Throws: `S3Failure` where the listing is not whole, or a key is not known exactly.
    package func eachVersion(
        below prefix: KeyPrefix,
        _ body: (ListedVersion) -> Void
    ) throws(S3Failure) {
        let query =
            "[Versions[].[to_string([Key,VersionId,IsLatest,Size,LastModified,ETag])],"
            + "DeleteMarkers[].[to_string([Key,VersionId,IsLatest,`-1`,LastModified])],"
            // Of a page without versions nothing would be printed: that looks like no answer.
            + "[[`\"None\"`]]][]"
        var isAnswered = false
        try awsLines([
            "s3api", "list-object-versions", "--bucket=\(prefix.bucket)", "--prefix=\(prefix.text)",
            "--output=text", "--query=\(query)",
        ]) { line throws(ListingLineError) in
            isAnswered = true
            guard !line.isEmpty, line[0] == UInt8(ascii: "[") else {
                guard line.isOfEmptyParts else { throw ListingLineError(line) }
                return
            }
            body(try Self.version(line))
        }
        if !isAnswered { throw Self.silence }
    }

    private static func version(
        _ line: Span<UInt8>
    ) throws(ListingLineError) -> ListedVersion {
        var cursor = JSONLineCursor()
        guard cursor.take("[", in: line), let key = cursor.text(in: line), key.isExact,
            cursor.take(",", in: line),
            let id = cursor.text(in: line), cursor.take(",", in: line),
            let isLatest = cursor.truth(in: line),
            cursor.take(",", in: line)
        else { throw ListingLineError(line) }
        let isMarker = cursor.take("-", in: line)
        guard let size = cursor.integer(in: line), cursor.take(",", in: line),
            let time = cursor.text(in: line),
            isMarker || cursor.take(",", in: line)
        else { throw ListingLineError(line) }
        var tag: [UInt8] = []
        if !isMarker {
            if let text = cursor.text(in: line) {
                tag = text.bytes
            } else if !cursor.skipValue(in: line) {
                throw ListingLineError(line)
            }
        }
        guard cursor.take("]", in: line), cursor.isAtEnd(of: line),
            let modified = Instant(String(decoding: time.bytes, as: UTF8.self))
        else { throw ListingLineError(line) }
        let object = ListedObject(
            key: StoredKey(key.bytes),
            size: isMarker ? 0 : size,
            modified: modified,
            tag: tag
        )
        return ListedVersion(
            key: object.key,
            id: String(decoding: id.bytes, as: UTF8.self),
            isLatest: isLatest,
            isMarker: isMarker,
            size: object.size,
            modified: modified,
            identity: isMarker ? .none : object.identity
        )
    }
}
