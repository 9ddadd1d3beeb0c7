// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SnapshotModel

/// A name as the C library takes it: its bytes and a zero.
package struct CName {
    private let bytes: [CChar]

    /// Makes it of one component of a path; nil where no entry of a directory can have the name.
    ///
    /// Those are the empty name, `.`, `..`, and names with a zero byte or a slash in them.
    package init?(_ name: some Collection<UInt8>) {
        guard !name.isEmpty, !name.contains(0), !name.contains(UInt8(ascii: "/")),
            !name.elementsEqual([0x2E]), !name.elementsEqual([0x2E, 0x2E])
        else { return nil }
        bytes = name.map(CChar.init(bitPattern:)) + [0]
    }

    /// Lends the name to a call.
    package func with<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a name without bytes") }
            return body(base)
        }
    }
}

/// The components of a place on local disks, ready for system calls.
///
/// - Parameters:
///   - path: Bytes with slashes between components.
///   - action: What is being done, for the error.
///   - place: The whole place, for the error.
/// - Returns: The components in order; none for the top.
/// - Throws: `unusableName` where a component cannot be the name of an entry.
package func localComponents(
    of path: ObjectName,
    action: String,
    place: StorageURL
) throws(StorageError) -> [CName] {
    var components: [CName] = []
    for part in path.bytes.split(separator: UInt8(ascii: "/")) {
        guard let name = CName(part) else {
            throw StorageError(
                .unusableName,
                action: action,
                place: place,
                detail: "\"\(ObjectName(part))\" cannot be a part of a local path"
            )
        }
        components.append(name)
    }
    return components
}
