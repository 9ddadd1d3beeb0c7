// SPDX-License-Identifier: Apache-2.0

internal import Policy
package import SnapshotModel

extension S3Calls {
    /// Lists everything below a prefix.
    ///
    /// - Parameters:
    ///   - prefix: What keys begin with.
    ///   - body: Gets each object, in the store's order. Nothing may be done on the strength of what
    ///     it got before the call returns: a listing that fails in the middle looks whole.
    /// - Throws: `S3Failure` where the listing is not whole.
    package func list(
        _ prefix: KeyPrefix,
        _ body: (ListedObject) -> Void
    ) throws(S3Failure) {
        switch settings.client {
        // Source: s5cmd 2.3, `storage/s3.go`: what is dated after the moment at which it began to list, by
        // its own clock, is left out without a word.
        case .s5cmd where !isStoreAhead: try listByS5cmd(prefix, body)
        case .aws, .s5cmd: try listByAWS(prefix, body)
        }
    }

    /// When the store says that an object was written, by `aws`, whatever the client; nil where none is.
    ///
    /// It asks in other words than a listing does: the answer to one is never taken for that to the other.
    ///
    /// - Throws: `S3Failure` where that is not known.
    package func time(of key: StoredKey, in bucket: String) throws(S3Failure) -> Instant? {
        var time: Instant?
        var isAnswered = false
        try awsLines([
            "s3api", "list-objects-v2", "--bucket=\(bucket)", "--prefix=\(key.text)",
            "--output=text",
            "--query=[Contents[].[to_string([LastModified,Key])],[[`\"None\"`]]][]",
        ]) { line throws(ListingLineError) in
            isAnswered = true
            if line.isOfEmptyParts { return }
            var cursor = JSONLineCursor()
            guard cursor.take("[", in: line), let text = cursor.text(in: line),
                let modified = Instant(ascii: text.bytes), cursor.take(",", in: line),
                let name = cursor.text(in: line), cursor.take("]", in: line),
                cursor.isAtEnd(of: line)
            else { throw ListingLineError(line) }
            if name.isExact, StoredKey(name.bytes) == key { time = modified }
        }
        if !isAnswered { throw Self.silence }
        return time
    }

    /// Lists everything below a prefix by `aws`, whatever the client.
    private func listByAWS(
        _ prefix: KeyPrefix,
        _ body: (ListedObject) -> Void
    ) throws(S3Failure) {
        let words = [
            "s3api", "list-objects-v2", "--bucket=\(prefix.bucket)", "--prefix=\(prefix.text)",
            "--output=text", "--query=\(ListingLines.query)",
        ]
        var isAnswered = false
        try awsLines(words, longest: ListingLines.longest) { line throws(ListingLineError) in
            isAnswered = true
            try ListingLines.aws(line, body)
        }
        if !isAnswered { throw Self.silence }
    }

    /// A client that ends well and prints nothing at all: where nothing is, it says so.
    ///
    /// Source: `aws` 1 and 2 print a line for an empty page.
    static let silence = S3Failure("the listing has no end: nothing was printed")

    /// `s5cmd` takes `*` and `?` in a prefix for patterns: what it lists too much is left out.
    private func listByS5cmd(
        _ prefix: KeyPrefix,
        _ body: (ListedObject) -> Void
    ) throws(S3Failure) {
        let place = "s3://\(prefix.bucket)/\(prefix.text)*"
        do throws(S3Failure) {
            try sealedByS5cmd(["ls", "--etag", place]) { line throws(ListingLineError) in
                let object = try ListingLines.s5cmd(line, bucket: prefix.bucket)
                if let object, prefix.path(of: object.key) != nil { body(object) }
            }
        } catch {
            if error.detail != "no object found" { throw error }
        }
    }

    /// Runs a listing of `s5cmd` that has to end with its count of what it did.
    ///
    /// Whoever puts the client into a pipe loses its exit code, and output that was cut off at the end of
    /// a line looks like a whole one.
    ///
    /// Source: `--stat` (s5cmd 2, `stat.Stat`) prints `{"operation":"ls","success":1,"error":0}` behind
    /// all that a command prints.
    private func sealedByS5cmd(
        _ words: [String],
        _ body: (Span<UInt8>) throws(ListingLineError) -> Void
    ) throws(S3Failure) {
        var isSealed = false
        try s5cmdLines(["--json", "--stat"] + words) { line throws(ListingLineError) in
            if line.isEmpty { return }
            isSealed = line.isBeginning(with: #"{"operation":"ls","success":1,"error":0"#)
            let isCount = line.isBeginning(with: #"{"operation":"ls","success":"#)
            if !isCount { try body(line) }
        }
        guard !isSealed else { return }
        throw S3Failure(
            "its output was cut off, and no exit code says so: it ends without the count of what "
                + "was done, which \"--stat\" asks for"
        )
    }

    /// Tells whether any key begins with a prefix.
    ///
    /// - Throws: `S3Failure` where that is not known.
    package func holdsAnything(_ prefix: KeyPrefix) throws(S3Failure) -> Bool {
        guard settings.client == .aws else { return try namesBelow(prefix) != nil }
        let said = try aws([
            "s3api", "list-objects-v2", "--bucket=\(prefix.bucket)", "--prefix=\(prefix.text)",
            "--no-paginate", "--max-keys=1", "--output=text", "--query=length(Contents||`[]`)",
        ])
        switch String(decoding: said.filter { $0 > 0x20 }, as: UTF8.self) {
        case "0": return false
        case "1": return true
        default: throw S3Failure("the listing holds what cannot be parsed")
        }
    }

    /// Names what lies directly below a prefix and has more below itself.
    ///
    /// - Returns: The names without slashes, in the store's order; nil where there is no key at all
    ///   below the prefix. A name that cannot be known exactly is left out and `isExact` is false.
    /// - Throws: `S3Failure` where the listing is not whole.
    package func namesBelow(
        _ prefix: KeyPrefix
    ) throws(S3Failure) -> (names: [ObjectName], isExact: Bool)? {
        var level = Level(prefix: prefix)
        switch settings.client {
        case .aws:
            // The last part is printed for every page, whatever is on it.
            let parts = "CommonPrefixes[].[to_string([Prefix])],Contents[].[to_string([Key])]"
            let query = "[\(parts),[[`\"None\"`]]][]"
            let words = [
                "s3api", "list-objects-v2", "--bucket=\(prefix.bucket)",
                "--prefix=\(prefix.text)", "--delimiter=/", "--output=text", "--query=\(query)",
            ]
            var isAnswered = false
            try awsLines(words) { line throws(ListingLineError) in
                isAnswered = true
                try level.takeAWS(line)
            }
            if !isAnswered { throw Self.silence }
        case .s5cmd where prefix.bytes.contains(where: { "*?".utf8.contains($0) }):
            try list(prefix) { level.take($0.key, isExact: $0.isExact) }
        case .s5cmd:
            let place = "s3://\(prefix.bucket)/\(prefix.text)"
            do throws(S3Failure) {
                try sealedByS5cmd(["ls", place]) { line throws(ListingLineError) in
                    if let object = try ListingLines.s5cmd(line, bucket: prefix.bucket) {
                        level.take(object.key, isExact: object.isExact)
                    }
                }
            } catch {
                if error.detail != "no object found" { throw error }
            }
        }
        return level.isAnything ? (level.names, level.isExact) : nil
    }
}

/// The names directly below a prefix while they are being listed.
private struct Level {
    let prefix: KeyPrefix
    var names: [ObjectName] = []
    var isAnything = false
    var isExact = true

    mutating func takeAWS(_ line: Span<UInt8>) throws(ListingLineError) {
        guard !line.isEmpty, line[0] == UInt8(ascii: "[") else {
            // What a page does not have, and the end of every page, is `None`.
            guard line.isOfEmptyParts else { throw ListingLineError(line) }
            return
        }
        var cursor = JSONLineCursor()
        guard cursor.take("[", in: line), let text = cursor.text(in: line),
            cursor.take("]", in: line), cursor.isAtEnd(of: line)
        else {
            throw ListingLineError(line)
        }
        take(StoredKey(text.bytes), isExact: text.isExact)
    }

    mutating func take(_ key: StoredKey, isExact isKeyExact: Bool) {
        guard let path = prefix.path(of: key) else { return }
        isAnything = true
        guard isKeyExact else {
            isExact = false
            return
        }
        guard let slash = path.firstIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
            return
        }
        let name = ObjectName(path[..<slash])
        if names.last != name { names.append(name) }
    }
}
