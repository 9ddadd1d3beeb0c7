// SPDX-License-Identifier: Apache-2.0

/// A place in a store that cannot be what the policy says it is.
public struct PlaceProblem: Error, Hashable, Sendable {
    /// As written, without the name of a user or a secret.
    public let text: String
    /// Why it cannot be used.
    public let cause: Cause

    /// Why a place cannot be used.
    public enum Cause: Hashable, Sendable {
        /// No text.
        case empty
        /// Neither a URL nor an absolute path.
        case relative
        /// A scheme that no backend reads.
        case unknownScheme(String, nearest: String?)
        /// A local path on another host.
        case fileHost(String)
        /// An S3 place without its bucket.
        case noBucket
        /// The top of a store, where only what lies in it can be meant.
        case store
        /// `.` or `..` as a component.
        case dots(String)
        /// A folder of the program's own.
        case ownFolder(String)
        /// A zero byte.
        case zeroByte
        /// A user or a secret in front of the host.
        case user
        /// Braces around something other than `job`, or alone.
        case braces
        /// A component that is `*` or `**`.
        case glob
        /// `{job}` where only one place can be meant.
        case jobNotHere
        /// `{job}` more than once.
        case jobTwice
        /// `{job}` in the host or bucket.
        case jobInAuthority
        /// `{job}` straight below the top of a store.
        case jobAtTop
        /// The store is known to be gone, by an alias.
        case gone(alias: String)
        /// An address of Flink that is none.
        case rest
    }

    /// Makes a problem of its parts; what stands in front of an `@` in the host is not kept.
    public init(text: String, cause: Cause) {
        self.text = Self.redacted(text)
        self.cause = cause
    }

    private static func redacted(_ text: String) -> String {
        guard let slashes = text.firstRange(of: "://") else { return text }
        let rest = text[slashes.upperBound...]
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: "@") {
            return text[..<slashes.upperBound] + "…" + rest[at...]
        }
        // A secret may hold slashes, and a bucket holds no colon.
        guard text.lowercased().hasPrefix("s3"), rest[..<end].contains(":") else { return text }
        return text[..<slashes.upperBound] + "…"
    }
}

// MARK: - ProblemWording

extension PlaceProblem: ProblemWording {
    var message: String {
        "cannot use \(text.hasPrefix("http") || cause == .rest ? "address" : "place") \(text.quoted): \(why)"
    }

    private var why: String {
        switch cause {
        case .empty: "it is empty"
        case .relative: "it is neither a URL nor an absolute path"
        case .unknownScheme(let scheme, _): "scheme \(scheme.quoted) is not known"
        case .fileHost(let host): "a local path has no host, and this one has \(host.quoted)"
        case .noBucket: "it names no bucket"
        case .store: "it is a whole store"
        case .dots(let component): "\(component.quoted) stands in its path"
        case .ownFolder(let component): "\(component.quoted) is janitor's own"
        case .zeroByte: "there is a zero byte in it"
        case .user: "it names a user or a secret"
        case .braces: "{job} is the only name in braces that is known"
        case .glob: "no pattern but {job} is expanded"
        case .jobNotHere: "{job} cannot stand here"
        case .jobTwice: "{job} stands in it more than once"
        case .jobInAuthority: "{job} cannot stand for a host or a bucket"
        case .jobAtTop: "every directory of the whole store would be a job"
        case .gone(let alias): "alias \(alias.quoted) says that it is gone"
        case .rest: "it is not the address of a Flink REST interface"
        }
    }

    var hint: String {
        switch cause {
        case .empty, .relative:
            "write a URL such as \"hdfs:///flink/savepoints\", or a path that begins with /"
        case .unknownScheme(_, .some(let nearest)): "write \(nearest)"
        case .unknownScheme(_, nil): "write one of \(PlaceReading.schemes.joined(separator: ", "))"
        case .fileHost: "write file:/// and the path"
        case .noBucket: "write s3://, the bucket and the path"
        case .store: "name the directory in it that holds the snapshots"
        case .dots: "write the path without it"
        case .ownFolder: "name the directory that janitor's folder lies in"
        case .zeroByte: "write the path without it"
        case .user: "leave the user out; credentials come from the environment"
        case .glob: "write the path out, or {job} in a root"
        case .braces: "write {job} for the directory that is named after the job"
        case .jobNotHere: "write the path out"
        case .jobTwice: "keep one of them"
        case .jobInAuthority: "write one job for each"
        case .jobAtTop: "name a directory in front of {job}"
        case .gone: "remove the alias, or the root"
        case .rest: "write rest: \"http://jobmanager:8081\""
        }
    }
}
