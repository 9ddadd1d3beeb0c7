// SPDX-License-Identifier: Apache-2.0

extension MetadataParser {
    /// Reads operator state behind a number that says whether there is any.
    mutating func readOptionalOperatorState(_ place: HandlePlace) throws(MetadataError) {
        if try cursor.readInt32() != 0 { try readOperatorState(place) }
    }

    /// Reads an operator state handle.
    ///
    /// Source: `MetadataV2V3SerializerBase.deserializeOperatorStateHandle`: 4 is a plain handle,
    /// 17 one of merged files; 0, null, makes Flink fail here.
    private mutating func readOperatorState(_ place: HandlePlace) throws(MetadataError) {
        let start = cursor.offset
        let tag = try cursor.readUInt8()
        switch tag {
        case 0:
            throw MetadataError(.nullHandle(.operatorState), at: start)
        case 4:
            try skipNamedStates()
            _ = try readStream(place)
        case 17:
            try skipNamedStates()
            try readPinnedDirectory()
            try readPinnedDirectory()
            try cursor.skip(1)
            let delegate = cursor.offset
            switch try readStream(place) {
            case .segment, .emptySegment: break
            default: throw MetadataError(.delegateIsNoSegment, at: delegate)
            }
        default:
            throw MetadataError(.unknownTag(.operatorState, tag), at: start)
        }
    }

    /// Passes over names and offsets, which say nothing of files.
    private mutating func skipNamedStates() throws(MetadataError) {
        for _ in 0..<(try cursor.readCount(.namedStates, minimum: 7)) {
            try cursor.skipText()
            let start = cursor.offset
            let mode = try cursor.readUInt8()
            guard mode <= 2 else { throw MetadataError(.unknownMode(mode), at: start) }
            try cursor.skipOffsets()
        }
    }

    /// Reads a directory that must stay though nothing in it is referenced.
    ///
    /// Source: `DirectoryStreamStateHandle` (Flink 1.20 and later): Flink's shared state registry
    /// counts it as a file, and deletes it recursively once nobody uses it.
    private mutating func readPinnedDirectory() throws(MetadataError) {
        pinnedDirectories.insert(try readPath(isRelative: false))
    }
}
