// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import SnapshotModel

/// What Flink 2.3.0's own classes read in a fixture.
///
/// Everything is optional, since a refused file has nothing but `error`.
struct ExpectedMetadata: Decodable, Equatable {
    var error: String?
    var version: Int?
    var checkpointId: Int64?
    var trailingBytes: Int64?
    var properties: Properties?
    var masterStates: [Master]?
    var operators: [Operator]?
    var inlineState: Inline?
    var files: [File]?
    var directories: [String]?

    struct Properties: Decodable, Equatable {
        var forced, discardSubsumed, discardFinished, discardCancelled, discardFailed: Bool
        var discardSuspended, unclaimed: Bool
        var typeClass, typeName, sharing: String
        var isSavepoint: Bool
        var format: String?
    }

    struct Master: Decodable, Equatable {
        var name: String
        var version: Int
        var length: Int64
    }

    struct Operator: Decodable, Equatable {
        var id: String
        var name, uid: String?
        var parallelism, maxParallelism: Int
        var fullyFinished: Bool
        var subtasks: [Subtask]
    }

    /// Only counted: the fixtures say far more of them.
    struct Subtask: Decodable, Equatable {}

    struct Inline: Decodable, Equatable {
        var count, bytes: Int64
    }

    struct File: Decodable, Equatable {
        var path: String
        var kinds, roles: [String]
        var sizes: [Int64]
        var references: Int
    }
}

extension ExpectedMetadata {
    /// The same facts as our reader found them.
    init(_ metadata: SnapshotMetadata) {
        version = metadata.version
        checkpointId = metadata.checkpointID
        trailingBytes = metadata.trailingBytes
        if case .known(let known) = metadata.properties { properties = Properties(known) }
        masterStates = metadata.masterStates.map { state in
            Master(name: state.name, version: state.version, length: state.length)
        }
        operators = metadata.operators.map(Operator.init)
        inlineState = Inline(
            count: metadata.inlineStates.count,
            bytes: metadata.inlineStates.bytes
        )
        files = Self.files(metadata.references)
        directories = metadata.pinnedDirectories.map(\.normalized.description).sorted()
    }

    private static func files(_ references: StateReferences) -> [File] {
        let groups = Dictionary(grouping: references) { reference in
            (reference.path.isRelative ? "$DIR/" : "") + reference.path.normalized.description
        }
        let files = groups.map { path, group in
            File(
                path: path,
                kinds: Set(group.map(kind)).sorted(),
                roles: Set(group.map(\.role.description)).sorted(),
                sizes: Set(group.map(\.recordedSize)).sorted(),
                references: group.count
            )
        }
        return files.sorted { $0.path < $1.path }
    }

    private static func kind(_ reference: StateReference) -> String {
        if reference.path.isRelative { return "relative" }
        if case .atLeast = reference.demand { return "segment" }
        return "file"
    }
}

extension ExpectedMetadata.Operator {
    init(_ description: OperatorDescription) {
        id = description.id.description
        name = description.name
        uid = description.uid
        parallelism = description.parallelism
        maxParallelism = description.maxParallelism
        fullyFinished = description.isFullyFinished
        subtasks = Array(repeating: .init(), count: description.subtaskCount)
    }
}

extension ExpectedMetadata.Properties {
    init(_ known: CheckpointProperties) {
        forced = known.forced
        discardSubsumed = known.discardSubsumed
        discardFinished = known.discardFinished
        discardCancelled = known.discardCancelled
        discardFailed = known.discardFailed
        discardSuspended = known.discardSuspended
        unclaimed = known.unclaimed
        typeClass = known.typeClass.rawValue
        typeName = known.typeName
        sharing = known.sharing.rawValue
        isSavepoint = known.isSavepoint
        format = known.format?.rawValue
    }
}
