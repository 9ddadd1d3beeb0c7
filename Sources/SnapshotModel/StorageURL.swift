// SPDX-License-Identifier: Apache-2.0

/// A place in a store: scheme, authority and a normalised path.
///
/// Written `file:///a b/ü`, `hdfs://nameservice1/flink`, `s3://bucket/prefix`; never
/// percent-encoded. The path begins with `/`, has no empty components and no slash at its end
/// (the store itself is `/`).
///
/// Source: `org.apache.flink.core.fs.Path` (Flink 2.3): runs of `/` collapse, one trailing `/`
/// goes, `\` becomes `/`, and paths are stored without percent-encoding.
public struct StorageURL: Hashable, Sendable {
    /// Lower-case scheme; nil where the text had none.
    public let scheme: String?
    /// Host, name service or bucket, as written; empty where there is none.
    public let authority: String
    /// Normalised path from the store's top.
    public let path: ObjectName

    /// Makes a place of its parts; the path is normalised.
    public init(scheme: String?, authority: String = "", path: ObjectName) {
        self.scheme = scheme?.lowercased()
        self.authority = authority
        var normal: [UInt8] = []
        normal.reserveCapacity(path.bytes.count + 1)
        for component in path.bytes.split(separator: UInt8(ascii: "/")) {
            normal.append(UInt8(ascii: "/"))
            normal.append(contentsOf: component)
        }
        self.path = ObjectName(normal.isEmpty ? [UInt8(ascii: "/")] : normal)
    }

    /// Reads `scheme://authority/path`, `scheme:/path` or `/path`.
    ///
    /// Nil for an empty text and for a relative path without a scheme.
    ///
    /// - Parameter text: The bytes as written in a policy, an argument or in metadata.
    public init?(parsing text: ObjectName) {
        let bytes = text.bytes[...]
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
        var scheme: String?
        var rest = bytes
        if let colon, colon > 0, slash.map({ colon < $0 }) ?? true {
            let candidate = bytes[..<colon]
            guard candidate.allSatisfy(Self.isSchemeByte), !(0x30...0x39).contains(bytes[0]) else {
                return nil
            }
            scheme = String(decoding: candidate, as: UTF8.self)
            rest = bytes[(colon + 1)...]
        }
        var authority = ""
        if rest.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]), scheme != nil {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let name = String(validating: rest[..<end], as: UTF8.self) else { return nil }
            authority = name
            rest = rest[end...]
        }
        guard rest.first == UInt8(ascii: "/") || (scheme != nil && rest.isEmpty) else { return nil }
        self.init(scheme: scheme, authority: authority, path: ObjectName(rest))
    }

    /// The scheme that stands for all that name the same stores: `s3` for `s3a`, `s3n`, `s3p`.
    ///
    /// Source: Flink's S3 file systems register `s3`, `s3a` (Hadoop) and `s3p` (Presto); `s3n` is
    /// Hadoop's old name.
    public var schemeFamily: String? {
        switch scheme {
        case "s3a", "s3n", "s3p": "s3"
        default: scheme
        }
    }

    /// Tells whether both lie in the same store, by scheme family and authority.
    public func isInSameStore(as other: StorageURL) -> Bool {
        schemeFamily == other.schemeFamily && authority == other.authority
    }

    /// The path of this place below another one of the same store.
    ///
    /// - Returns: Nil where this place does not lie in or below the other; empty where both are
    ///   the same; else components joined by `/` without a slash in front.
    public func path(below root: StorageURL) -> ObjectName? {
        guard isInSameStore(as: root) else { return nil }
        if root.path.bytes.count == 1 { return ObjectName(path.bytes.dropFirst()) }
        guard path.bytes.starts(with: root.path.bytes) else { return nil }
        let rest = path.bytes[root.path.bytes.count...]
        if rest.isEmpty { return ObjectName([]) }
        return rest.first == UInt8(ascii: "/") ? ObjectName(rest.dropFirst()) : nil
    }

    /// The place below this one at the given path of components.
    public func appending(_ below: ObjectName) -> StorageURL {
        StorageURL(
            scheme: scheme,
            authority: authority,
            path: ObjectName(path.bytes + [UInt8(ascii: "/")] + below.bytes)
        )
    }

    /// The place that holds this one; the store's top is its own parent.
    public var parent: StorageURL {
        let end = path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return StorageURL(
            scheme: scheme,
            authority: authority,
            path: ObjectName(path.bytes[..<end])
        )
    }

    /// The directories that it lies in, the nearest first, without the store's top.
    public var above: [StorageURL] {
        Array(sequence(first: parent) { $0.parent }.prefix { $0.path.bytes.count > 1 })
    }

    /// The bytes that `init(parsing:)` reads it from.
    public var text: ObjectName {
        scheme.map { ObjectName(Array("\($0)://\(authority)".utf8) + path.bytes) } ?? path
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}

// MARK: - Comparable, CustomStringConvertible

extension StorageURL: Comparable, CustomStringConvertible {
    /// Tells whether a place comes before another: by scheme, authority, then path bytes.
    public static func < (left: StorageURL, right: StorageURL) -> Bool {
        if left.scheme != right.scheme { return (left.scheme ?? "") < (right.scheme ?? "") }
        if left.authority != right.authority { return left.authority < right.authority }
        return left.path < right.path
    }

    /// `scheme://authority/path`; the bare path where there is no scheme.
    public var description: String {
        scheme.map { "\($0)://\(authority)\(path)" } ?? path.description
    }
}
