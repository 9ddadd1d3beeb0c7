// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Tags of stream handles.
///
/// Source: `MetadataV2V3SerializerBase` (Flink 2.3), its constants for stream handles.
enum StreamTag: UInt8 {
    case null = 0
    case inline = 1
    case file = 2
    case keyGroups = 3
    case relativeFile = 6
    case segment = 15
    case emptySegment = 16
}

extension MetadataParser {
    /// Reads a stream handle: the only place where files are named.
    ///
    /// Source: `MetadataV2V3SerializerBase.deserializeStreamStateHandle` (Flink 2.3).
    ///
    /// - Returns: What kind of handle it was; for key groups, that of their delegate.
    mutating func readStream(_ place: HandlePlace) throws(MetadataError) -> StreamTag {
        let start = cursor.offset
        let number = try cursor.readUInt8()
        guard let tag = StreamTag(rawValue: number) else {
            throw MetadataError(.unknownTag(.stream, number), at: start)
        }
        switch tag {
        case .null, .emptySegment:
            break
        case .inline:
            try readInlineState()
        case .file:
            let size = try readSize()
            try readReferencedPath(isRelative: false)
            add(size, place)
        case .relativeFile:
            try readReferencedPath(isRelative: true)
            add(try readSize(), place)
        case .segment:
            try readSegment(place)
        case .keyGroups:
            guard place.depth < Self.depthLimit else {
                throw MetadataError(.nestedTooDeeply(limit: Self.depthLimit), at: start)
            }
            try skipKeyGroupOffsets()
            return try readStream(place.delegate())
        }
        return tag
    }

    /// Passes over inlined state.
    ///
    /// Its name looks like a path, but no such file exists.
    mutating func readInlineState() throws(MetadataError) {
        try cursor.skipText()
        inlineStates.count += 1
        inlineStates.bytes += try cursor.skipBytes()
    }

    /// Reads a path that is no reference.
    ///
    /// Source: `org.apache.flink.core.fs.Path` refuses an empty text; a relative path with `..`
    /// is never written and would lead out of the snapshot.
    mutating func readPath(isRelative: Bool) throws(MetadataError) -> ReferencePath {
        let start = cursor.offset
        let text = try cursor.readText()
        guard !text.isEmpty else { throw MetadataError(.emptyPath, at: start) }
        guard let path = ReferencePath(utf8: text, isRelative: isRelative) else {
            throw MetadataError(.notBelowSnapshot, at: start)
        }
        return path
    }

    /// Reads a path into the references, without making a value of it.
    private mutating func readReferencedPath(isRelative: Bool) throws(MetadataError) {
        let start = cursor.offset
        let count = Int(try cursor.readUInt16())
        let bytes = try cursor.take(count)
        guard count > 0 else { throw MetadataError(.emptyPath, at: start) }
        let isAdded: Bool
        if ModifiedUTF8.isASCII(bytes) {
            isAdded = references.append(path: bytes, isRelative: isRelative)
        } else {
            guard let text = ModifiedUTF8.utf8(bytes) else {
                throw MetadataError(.malformedText, at: start)
            }
            isAdded = text.withUnsafeBytes { references.append(path: $0, isRelative: isRelative) }
        }
        guard isAdded else { throw MetadataError(.notBelowSnapshot, at: start) }
    }

    private mutating func readSize() throws(MetadataError) -> Int64 {
        let start = cursor.offset
        let size = try cursor.readInt64()
        guard size >= -1 else { throw MetadataError(.impossibleSize(size), at: start) }
        return size
    }

    private mutating func readSegment(_ place: HandlePlace) throws(MetadataError) {
        let start = cursor.offset
        let first = try cursor.readInt64()
        let size = try cursor.readInt64()
        let (end, overflow) = first.addingReportingOverflow(size)
        guard first >= 0, size >= 0, !overflow else {
            throw MetadataError(.impossibleSize(first < 0 ? first : size), at: start)
        }
        let scopeStart = cursor.offset
        let scope = try cursor.readInt32()
        guard scope == 0 || scope == 1 else {
            throw MetadataError(.unknownScope(scope), at: scopeStart)
        }
        try readReferencedPath(isRelative: false)
        try cursor.skipText()
        let demand = place.knowsLengths ? LengthDemand.atLeast(end) : .exists
        references.append(recordedSize: size, demand: demand, role: place.role)
    }

    private mutating func add(_ size: Int64, _ place: HandlePlace) {
        let demand: LengthDemand = place.knowsLengths && size >= 0 ? .exactly(size) : .exists
        references.append(recordedSize: size, demand: demand, role: place.role)
    }
}
