// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

extension RootPattern {
    /// What stands for the name of a job in roots and names.
    public static let placeholder = "{job}"

    /// Tells which job a directory below `base` belongs to.
    ///
    /// What Flink itself puts below a root is never a job: 32 hexadecimal digits (a job id),
    /// `savepoint-<6 digits>-<12 digits>`, `chk-<n>`, `shared`, `taskowned` and `dstl`; nor is
    /// what the program puts there, `.janitor-…`. This holds for the component and for the name
    /// in it alike.
    ///
    /// - Parameter component: The name of a directory straight below `base`.
    /// - Returns: The job's name; nil where there is no wildcard, where the component does not
    ///   fit, and where the name is empty or not UTF-8.
    public func match(_ component: ObjectName) -> String? {
        name(in: component).flatMap { String(validating: $0.bytes, as: UTF8.self) }
    }

    /// Tells whether a directory would belong to a job if that job's name were UTF-8.
    ///
    /// - Parameter component: The name of a directory straight below `base`.
    /// - Returns: False also where it does not fit the pattern.
    public func hasUnusableName(_ component: ObjectName) -> Bool {
        name(in: component).map { !$0.isUTF8 } ?? false
    }

    /// What stands for `{job}` in the name of a directory; nil where it does not fit.
    private func name(in component: ObjectName) -> ObjectName? {
        guard let wildcard, !Self.isReserved(component) else { return nil }
        let bytes = component.bytes
        let prefix = wildcard.prefix.bytes
        let suffix = wildcard.suffix.bytes
        guard bytes.count > prefix.count + suffix.count, bytes.starts(with: prefix),
            bytes.suffix(suffix.count).elementsEqual(suffix)
        else { return nil }
        let name = ObjectName(bytes.dropFirst(prefix.count).dropLast(suffix.count))
        return Self.isReserved(name) ? nil : name
    }

    /// The root of one job: the pattern with the job's name for `{job}`.
    ///
    /// - Parameter name: As `match` gives it; not used where there is no wildcard.
    /// - Returns: The place, on the scheme and authority of `base`.
    public func root(forJob name: String) -> StorageURL {
        guard let wildcard else { return base }
        let component = wildcard.prefix.bytes + Array(name.utf8) + wildcard.suffix.bytes
        return base.appending(ObjectName(component + [UInt8(ascii: "/")] + wildcard.rest.bytes))
    }

    /// Tells whether a directory's name is Flink's own or the program's, and so never a job's.
    ///
    /// Source: `AbstractFsCheckpointStorageAccess` (directory names below a checkpoint
    /// directory) and `FsCheckpointStorageAccess` (`savepoint-` and six digits of the job id),
    /// Flink 2.3; `dstl` is `FsStateChangelogStorage`'s.
    public static func isReserved(_ component: ObjectName) -> Bool {
        guard let text = String(validating: component.bytes, as: UTF8.self) else { return false }
        if ["shared", "taskowned", "dstl"].contains(text) || text.hasPrefix(".janitor-") {
            return true
        }
        if text.utf8.count == 32, text.utf8.allSatisfy(isHexDigit) { return true }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("chk", 2):
            return !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        case ("savepoint", 3):
            return parts[1].utf8.count == 6 && parts[2].utf8.count == 12
                && (parts[1] + parts[2]).utf8.allSatisfy(isHexDigit)
        default: return false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

// MARK: - CustomStringConvertible

extension RootPattern: CustomStringConvertible {
    /// As policies write it: `s3://bucket/flink/{job}/savepoints`.
    public var description: String { root(forJob: Self.placeholder).description }
}

extension JobPolicy {
    /// Whether this stands for every directory that its roots match.
    public var isPattern: Bool { name.contains(RootPattern.placeholder) }

    /// The name of one job: this one's with the given one for `{job}`.
    ///
    /// - Parameter match: What `RootPattern.match` gave.
    /// - Returns: The name as the policy would write it for that job alone.
    public func name(forJob match: String) -> String {
        name.replacing(RootPattern.placeholder, with: match)
    }
}
