// SPDX-License-Identifier: Apache-2.0

/// Tags of keyed state handles; two of a kind where a later Flink added fields.
///
/// Source: `MetadataV2V3SerializerBase` (Flink 2.3), its constants for keyed handles.
private enum KeyedTag: UInt8 {
    case null = 0
    case oldKeyGroups = 3
    case oldIncremental = 5
    case savepointKeyGroups = 7
    case oldChangelog = 8
    case changelogInMemory = 9
    case oldChangelogStreams = 10
    case incremental = 11
    case keyGroups = 12
    case changelogStreams = 13
    case changelog = 14
}

extension MetadataParser {
    /// Reads a keyed state handle with all that is nested in it; false where it is null.
    ///
    /// Source: `MetadataV2V3SerializerBase.deserializeKeyedStateHandle` (Flink 2.3).
    mutating func readKeyedState(_ place: HandlePlace) throws(MetadataError) -> Bool {
        let start = cursor.offset
        let tag = try cursor.readUInt8()
        guard let kind = KeyedTag(rawValue: tag) else {
            throw MetadataError(.unknownTag(.keyedState, tag), at: start)
        }
        switch kind {
        case .null:
            return false
        case .oldKeyGroups, .savepointKeyGroups, .keyGroups:
            if kind == .savepointKeyGroups { hasSavepointHandle = true }
            try skipKeyGroupOffsets()
            _ = try readStream(place)
            if kind == .keyGroups { try cursor.skipText() }
        case .oldIncremental, .incremental:
            try readIncremental(place, isOld: kind == .oldIncremental)
        case .oldChangelog, .changelog:
            try readChangelog(place, isOld: kind == .oldChangelog)
        case .changelogInMemory:
            try skipChangelogInMemory()
        case .oldChangelogStreams, .changelogStreams:
            try readChangelogStreams(place, isOld: kind == .oldChangelogStreams)
        }
        return true
    }

    /// Passes over a range of key groups and an offset for each.
    mutating func skipKeyGroupOffsets() throws(MetadataError) {
        try cursor.skip(4)
        try cursor.skipOffsets()
    }

    /// Passes over the first key group and the number of them.
    private mutating func skipKeyGroupRange() throws(MetadataError) {
        try cursor.skip(4)
        let start = cursor.offset
        let count = try cursor.readInt32()
        guard count >= 0 else { throw MetadataError(.negativeCount(.offsets, count), at: start) }
    }

    private mutating func readIncremental(
        _ place: HandlePlace,
        isOld: Bool
    ) throws(MetadataError) {
        try cursor.skip(8)
        try cursor.skipText()
        try skipKeyGroupRange()
        if !isOld { try cursor.skip(8) }
        _ = try readStream(place.incremental(.meta))
        try readFiles(place.incremental(.shared))
        try readFiles(place.incremental(.private))
        if !isOld { try cursor.skipText() }
    }

    private mutating func readFiles(_ place: HandlePlace) throws(MetadataError) {
        for _ in 0..<(try cursor.readCount(.files, minimum: 3)) {
            try cursor.skipText()
            let start = cursor.offset
            guard try readStream(place) != .null else {
                throw MetadataError(.nullHandle(.stream), at: start)
            }
        }
    }

    /// Reads materialised state and the changes since.
    private mutating func readChangelog(_ place: HandlePlace, isOld: Bool) throws(MetadataError) {
        guard place.depth < Self.depthLimit else {
            throw cursor.error(.nestedTooDeeply(limit: Self.depthLimit))
        }
        try skipKeyGroupRange()
        try cursor.skip(8)
        for part in StateRole.ChangelogPart.allCases {
            for _ in 0..<(try cursor.readCount(.keyedHandles, minimum: 1)) {
                // Null is tolerated by Flink, and names nothing.
                _ = try readKeyedState(place.changelog(part))
            }
        }
        try cursor.skip(isOld ? 8 : 16)
        try cursor.skipText()
    }

    private mutating func skipChangelogInMemory() throws(MetadataError) {
        try skipKeyGroupRange()
        try cursor.skip(16)
        for _ in 0..<(try cursor.readCount(.changes, minimum: 8)) {
            try cursor.skip(4)
            _ = try cursor.skipBytes()
        }
        try cursor.skipText()
    }

    private mutating func readChangelogStreams(
        _ place: HandlePlace,
        isOld: Bool
    ) throws(MetadataError) {
        try skipKeyGroupRange()
        for _ in 0..<(try cursor.readCount(.files, minimum: 9)) {
            try cursor.skip(8)
            _ = try readStream(place.changelogStream())
        }
        try cursor.skip(16)
        try cursor.skipText()
        if !isOld { try cursor.skipText() }
    }
}
