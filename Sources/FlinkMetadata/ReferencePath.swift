// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A path as metadata give it, and what it means.
///
/// Two paths are equal where they are written the same. To compare what they name, resolve them
/// to a `StorageURL` or take `normalized`.
public struct ReferencePath: Hashable, Sendable {
    private let text: [UInt8]
    /// Nil where the text is normal already, which it nearly always is.
    private let normalText: [UInt8]?
    /// Whether the path is relative to the directory of the metadata file.
    ///
    /// Source: `RelativeFileStateHandle`, which is how Flink since 1.11 writes every file that
    /// lies in the snapshot's own directory.
    public let isRelative: Bool

    /// Makes a path of what another one was made of.
    init(text: [UInt8], normalText: [UInt8]?, isRelative: Bool) {
        self.text = text
        self.normalText = normalText
        self.isRelative = isRelative
    }

    /// Makes a path of UTF-8 bytes.
    ///
    /// Nil for a relative path with a component `..` or with none at all, which is never written.
    ///
    /// - Parameters:
    ///   - text: The path as written, unescaped, not empty.
    ///   - isRelative: Whether it is relative to the directory of the metadata file.
    public init?(utf8 text: [UInt8], isRelative: Bool) {
        self.text = text
        self.isRelative = isRelative
        if text.withUnsafeBytes({ PathText.isPlain($0, isRelative: isRelative) }) {
            normalText = nil
        } else if isRelative {
            guard let normal = PathText.normalRelative(text[...]) else { return nil }
            normalText = normal
        } else {
            normalText = PathText.normalAbsolute(text)
        }
    }

    /// The bytes as written, in UTF-8; an unpaired surrogate is three bytes.
    public var written: ObjectName { ObjectName(text) }

    /// The bytes as Flink's own `Path` would write them.
    ///
    /// Backslashes are slashes, runs of slashes are one, none stands at the end, `.` and `..` are
    /// resolved, an empty authority is left out: `file:/a`, `hdfs://nn/a`. A relative path loses
    /// slashes in front.
    ///
    /// Source: `org.apache.flink.core.fs.Path` (Flink 2.3), `initialize` and `normalizePath`.
    public var normalized: ObjectName { ObjectName(normalText ?? text) }

    /// The last component; a random UUID for all state that Flink writes.
    public var baseName: ObjectName {
        let bytes = normalText ?? text
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ObjectName(bytes) }
        return ObjectName(bytes[(slash + 1)...])
    }

    /// The place that the path names.
    ///
    /// - Parameter directory: The directory of the metadata file.
    /// - Returns: A place, without a scheme where none is written: Flink's default file system
    ///   then decides. Nil where the text names no place: an absolute handle with neither scheme
    ///   nor leading slash, or a scheme or authority that is none. Such a file is unknown, not
    ///   absent.
    public func url(relativeTo directory: StorageURL) -> StorageURL? {
        if isRelative { return directory.appending(normalized) }
        let bytes = normalText ?? text
        let parts = PathText.parts(of: bytes)
        let path = bytes[parts.path]
        guard path.first == UInt8(ascii: "/") || (path.isEmpty && parts.scheme != nil) else {
            return nil
        }
        var scheme: String?
        if let range = parts.scheme {
            guard PathText.isScheme(bytes[range]) else { return nil }
            scheme = String(decoding: bytes[range], as: UTF8.self)
        }
        guard let authority = String(validating: bytes[parts.authority], as: UTF8.self) else {
            return nil
        }
        return StorageURL(scheme: scheme, authority: authority, path: ObjectName(path))
    }
}

// MARK: - CustomStringConvertible

extension ReferencePath: CustomStringConvertible {
    /// The path as written, as text for people.
    public var description: String { written.description }
}
