// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Storage

/// A call to the store that failed, as the command line told it.
package struct S3Failure: Error, Hashable, Sendable {
    /// What kind of failure it is, as far as the command line lets it be known.
    package let reason: StorageError.Reason
    /// The store's code: `SlowDown`, `AccessDenied`, `404`; empty where none was printed.
    package let code: String
    /// What was printed, for people.
    package let detail: String
    /// What to do next; nil for what helps against the reason.
    package let hint: String?

    /// Makes a failure of its parts.
    package init(
        _ detail: String,
        reason: StorageError.Reason = .failed,
        code: String = "",
        hint: String? = nil
    ) {
        self.reason = reason
        self.code = code
        self.detail = detail
        self.hint = hint
    }

    /// Reads what a client printed on standard error.
    ///
    /// Source: botocore prints `An error occurred (CODE) when calling the OP operation: …`; s5cmd
    /// prints `CODE: … status code: 404`. A store that sends no message (Ceph 16) makes `aws` print
    /// only its own Python error: then nothing is known.
    ///
    /// - Parameters:
    ///   - text: Standard error.
    ///   - ending: How the process ended, for a failure that printed nothing.
    package init(printed text: String, ending: String) {
        let code = Self.code(in: text)
        self.code = code
        reason = Self.reason(of: code, text)
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let words = lines.first { !$0.allSatisfy(\.isWhitespace) } ?? ending
        detail = Self.explained(Self.words(ofS5cmd: words) ?? words, code)
        hint = nil
    }

    /// What `s5cmd --json` says of a failure, without the call that it repeats; nil for other text.
    private static func words(ofS5cmd line: String) -> String? {
        struct Written: Decodable { let error: String }
        guard line.hasPrefix("{") else { return nil }
        return (try? JSONDecoder().decode(Written.self, from: Data(line.utf8)))?.error
    }

    /// Whether it may pass when it is tried again later.
    package var isSlowDown: Bool {
        [
            "SlowDown", "503", "ServiceUnavailable", "RequestLimitExceeded", "Throttling",
            "ThrottlingException", "RequestTimeTooSkewed", "InternalError", "500",
            "OperationAborted", "BandwidthLimitExceeded",
        ].contains(code)
    }

    /// Whether the store does not do batches, whatever keys they hold.
    ///
    /// Source: aws 1.36 and later send a CRC where stores written before ask for an MD5.
    package var refusesBatches: Bool {
        ["MissingContentMD5", "InvalidDigest", "NotImplemented", "XAmzContentChecksumMismatch"]
            .contains(code)
    }

    private static func code(in text: String) -> String {
        if let match = text.firstMatch(of: /An error occurred \(([^)]*)\) when calling/) {
            return String(match.1)
        }
        if let match = text.firstMatch(of: /(?m)\b([A-Z][A-Za-z0-9]{3,40}): .*status code: (\d+)/) {
            return String(match.1)
        }
        if let match = text.firstMatch(of: /\b(SlowDown|NoSuchKey|NoSuchBucket|AccessDenied)\b/) {
            return String(match.1)
        }
        return ""
    }

    private static func reason(of code: String, _ text: String) -> StorageError.Reason {
        switch code {
        case "NoSuchKey", "404", "NoSuchVersion", "NotFound": .notFound
        case "AccessDenied", "403", "Forbidden", "ExpiredToken", "InvalidAccessKeyId",
            "SignatureDoesNotMatch", "InvalidToken", "ExpiredTokenException",
            "TokenRefreshRequired",
            "RequestExpired", "AllAccessDisabled":
            .denied
        case "PreconditionFailed", "412", "ConditionalRequestConflict": .alreadyExists
        case "QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull": .full
        default: text.contains("Unable to locate credentials") ? .denied : .failed
        }
    }

    private static func explained(_ words: String, _ code: String) -> String {
        switch code {
        case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired":
            return "\(words); the credentials have expired: log in again"
        default: break
        }
        if words.contains("'NoneType' is not iterable") {
            return "the store refused and \"aws\" lost its words: a missing bucket, a full one, "
                + "a missing permission or wrong credentials"
        }
        return words
    }
}

extension S3Failure {
    /// Reads what the store answers for one key of a batch.
    package init(code: String, message: String) {
        let reason = Self.reason(of: code, message)
        let isLocked = reason == .denied && message.contains("object lock")
        self.init(
            isLocked || code == message || code.isEmpty ? message : "\(message) (\(code))",
            reason: reason,
            code: code
        )
    }
}
