// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel
package import Storage

/// Paths as the shell has to be given them so that it means exactly one object.
///
/// The shell expands globs itself, in every path of every command, whoever calls it. A backslash
/// before each special byte, in every component, is exact; character classes are not.
///
/// Source: `org.apache.hadoop.fs.shell.PathData.expandAsGlob`, `GlobPattern`; measured with 44 odd
/// names and decoys beside them on 2.7.4 and 3.4.2.
package enum ShellPath {
    /// The argument that names one place.
    ///
    /// - Parameters:
    ///   - place: Where.
    ///   - action: What is being done, for the error.
    /// - Returns: An absolute path with its special bytes escaped.
    /// - Throws: `unusableName` where the shell cannot be given the name exactly.
    package static func argument(
        for place: StorageURL,
        action: String
    ) throws(StorageError) -> ObjectName {
        if let detail = refusal(of: place.path) {
            throw StorageError(.unusableName, action: action, place: place, detail: detail)
        }
        return escaped(place.path)
    }

    /// A path that the shell printed, to be given to it again.
    package static func escaped(_ path: ObjectName) -> ObjectName {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.bytes.count)
        for byte in path.bytes {
            if isSpecial(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return ObjectName(bytes)
    }

    /// A path as the shell prints what it was given escaped.
    static func unescaped(_ path: ObjectName) -> ObjectName {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in path.bytes {
            if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
                isEscaped = false
            }
        }
        return ObjectName(bytes)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"):
            true
        default: false
        }
    }

    /// Why no argument can name a path exactly; nil where one can.
    ///
    /// Source: `org.apache.hadoop.fs.Path` takes what stands before a colon for a scheme, and one
    /// such argument ends the whole command; `DFSUtil.isValidName` has no names with a colon, `.`
    /// or `..`.
    private static func refusal(of path: ObjectName) -> String? {
        guard path.bytes.first == UInt8(ascii: "/") else { return "it is not an absolute path" }
        if !path.isUTF8 { return "its name is not UTF-8" }
        for byte in path.bytes {
            switch byte {
            case UInt8(ascii: ":"): return "HDFS has no names with a colon"
            case 0: return "its name holds a zero byte"
            case 0x0A, 0x0D: return "its name holds a line break"
            default: continue
            }
        }
        let parts = path.components
        return parts.contains(".") || parts.contains("..") ? "\".\" and \"..\" name nothing" : nil
    }
}
