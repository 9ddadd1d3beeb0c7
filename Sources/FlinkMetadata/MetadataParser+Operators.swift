// SPDX-License-Identifier: Apache-2.0

extension MetadataParser {
    /// Reads an operator with all its subtasks.
    ///
    /// Source: `MetadataV2Serializer`, `MetadataV3Serializer` and `MetadataV5Serializer`.
    mutating func readOperator() throws(MetadataError) -> OperatorDescription {
        var name: String?
        var uid: String?
        if version.hasOperatorNames {
            name = try readOptionalString()
            uid = try readOptionalString()
        }
        let id = OperatorID(
            first: UInt64(bitPattern: try cursor.readInt64()),
            last: UInt64(bitPattern: try cursor.readInt64())
        )
        let parallelism = Int(try cursor.readInt32())
        let maxParallelism = Int(try cursor.readInt32())
        if version.hasLegacyFields { try cursor.skip(4) }
        let hasCoordinator = version.hasCoordinators ? try readCoordinator() : false
        let subtasks = try readSubtasks(hasCoordinator: hasCoordinator)
        return OperatorDescription(
            id: id,
            name: name,
            uid: uid,
            parallelism: parallelism,
            maxParallelism: maxParallelism,
            isFullyFinished: subtasks == nil,
            subtaskCount: subtasks ?? 0
        )
    }

    private mutating func readOptionalString() throws(MetadataError) -> String? {
        let text = try cursor.readString()
        return text.isEmpty ? nil : text
    }

    /// Reads coordinator state, which is inlined or null.
    private mutating func readCoordinator() throws(MetadataError) -> Bool {
        let start = cursor.offset
        let tag = try cursor.readUInt8()
        switch StreamTag(rawValue: tag) {
        case .null:
            return false
        case .inline:
            try readInlineState()
            return true
        default:
            throw MetadataError(.unknownTag(.coordinator, tag), at: start)
        }
    }

    /// Reads the subtasks of an operator.
    ///
    /// - Returns: How many are listed; nil where the operator is fully finished.
    private mutating func readSubtasks(hasCoordinator: Bool) throws(MetadataError) -> Int? {
        let start = cursor.offset
        let count = try cursor.readInt32()
        if count < 0 {
            guard version.hasCoordinators else {
                throw MetadataError(.negativeCount(.subtasks, count), at: start)
            }
            guard !hasCoordinator else {
                throw MetadataError(.finishedWithCoordinator, at: start)
            }
            return nil
        }
        try cursor.check(count, .subtasks, minimum: version.minimumSubtaskSize, at: start)
        for _ in 0..<count {
            let index = try cursor.readInt32()
            // From version 3 on a negative index is a finished subtask, which has no state.
            if index >= 0 || version.hasLegacyFields { try readSubtask() }
        }
        return Int(count)
    }

    private mutating func readSubtask() throws(MetadataError) {
        if version.hasLegacyFields {
            try cursor.skip(8)
            let start = cursor.offset
            guard try cursor.readInt32() <= 0 else { throw MetadataError(.legacyState, at: start) }
        }
        try readOptionalOperatorState(HandlePlace(.managedOperator))
        try readOptionalOperatorState(HandlePlace(.rawOperator))
        _ = try readKeyedState(HandlePlace(.managedKeyed))
        _ = try readKeyedState(HandlePlace(.rawKeyed))
        if version.hasChannels {
            try readChannels(.inputChannel, HandlePlace(.inputChannel))
            try readChannels(.resultSubpartition, HandlePlace(.resultSubpartition))
        }
    }
}
