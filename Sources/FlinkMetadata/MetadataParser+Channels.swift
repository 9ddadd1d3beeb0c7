// SPDX-License-Identifier: Apache-2.0

extension MetadataParser {
    /// Reads the in-flight data of one direction.
    ///
    /// Source: `ChannelStateHandleSerializerV1`, and from version 6 on
    /// `ChannelStateHandleSerializerV2`: 1 and 2 are single handles of inputs and outputs, 3 and
    /// 4 merged ones.
    ///
    /// - Parameters:
    ///   - direction: Inputs or outputs.
    ///   - place: The place of the handles.
    /// - Throws: `MetadataError` where a handle is of the other direction, or does not read.
    mutating func readChannels(
        _ direction: MetadataError.Handle,
        _ place: HandlePlace
    ) throws(MetadataError) {
        let single: UInt8 = direction == .inputChannel ? 1 : 2
        for _ in 0..<(try cursor.readCount(.channels, minimum: version.minimumChannelSize)) {
            guard version.hasChannelKinds else {
                try readSingleChannel(place)
                continue
            }
            let start = cursor.offset
            switch try cursor.readUInt8() {
            case single: try readSingleChannel(place)
            case single + 2: try readMergedChannels(place)
            case let tag: throw MetadataError(.unknownTag(direction, tag), at: start)
            }
        }
    }

    private mutating func readSingleChannel(_ place: HandlePlace) throws(MetadataError) {
        try cursor.skip(12)
        try cursor.skipOffsets()
        try cursor.skip(8)
        _ = try readStream(place)
    }

    private mutating func readMergedChannels(_ place: HandlePlace) throws(MetadataError) {
        try cursor.skip(12)
        _ = try readStream(place)
        _ = try cursor.skipBytes()
    }
}
