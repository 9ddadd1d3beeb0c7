// SPDX-License-Identifier: Apache-2.0

extension MetadataError: CustomStringConvertible {
    /// What is wrong and where, in lower case, without the file's name.
    public var description: String {
        switch reason {
        case .ioFailure(let error): "cannot read on at offset \(offset): \(error)"
        case .truncated(let needed, let left):
            "\(needed) \(needed == 1 ? "byte" : "bytes") needed at offset \(offset), \(left) left"
        case .notMetadata(let magic):
            "not a metadata file: it begins with \(hexadecimal(magic)), not with 4960672d"
        case .unsupportedVersion(let version): wording(ofVersion: version)
        default: "\(wording) at offset \(offset)"
        }
    }

    private var wording: String {
        switch reason {
        case .ioFailure, .truncated, .notMetadata, .unsupportedVersion: "cannot be read"
        case .negativeCheckpointID(let id): "checkpoint id \(id) is negative"
        case .negativeCount(let element, let count): "\(count) \(element.rawValue) counted"
        case .countTooLarge(let element, let count, let left):
            "\(count) \(element.rawValue) counted in the last \(left) bytes"
        case .unknownTag(let handle, let tag): "unknown \(handle.rawValue) handle \(tag)"
        case .nullHandle(let handle): "\(handle.rawValue) handle is null"
        case .nestedTooDeeply(let limit): "handles are nested more than \(limit) deep"
        case .malformedText: "text is not modified UTF-8"
        case .malformedMasterState: "malformed master state"
        case .legacyState: "state of Flink 1.1, which Flink itself no longer reads,"
        case .finishedWithCoordinator: "finished operator has coordinator state"
        case .delegateIsNoSegment: "merged operator state does not lie in a segment"
        case .unknownMode(let mode): "unknown distribution mode \(mode)"
        case .unknownScope(let scope): "unknown scope \(scope) of a segment"
        case .impossibleSize(let size): "impossible size or position \(size)"
        case .emptyPath: "empty path"
        case .notBelowSnapshot: "relative path that leads to nothing below the snapshot"
        case .malformedProperties(let what): "malformed properties: \(what),"
        }
    }

    /// Names the Flink that a version belongs to, so that an operator knows what to do.
    private func wording(ofVersion version: Int32) -> String {
        switch version {
        case 0: "metadata version 0, written by Flink 1.1, is no longer supported, by Flink either"
        case 1: "metadata version 1, written by Flink 1.2, is no longer supported, by Flink either"
        case 7: "metadata version 7, proposed in FLIP-600, is not supported yet"
        default: "unknown metadata version \(version); versions 2 to 6 are supported"
        }
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
