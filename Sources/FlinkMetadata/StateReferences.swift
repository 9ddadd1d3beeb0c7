// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// The references of one snapshot, in the order of its metadata.
///
/// Kept as columns: whoever needs only what decides anything takes `paths` and `demands`.
public struct StateReferences: Hashable, Sendable {
    private struct Detail: Hashable {
        let recordedSize: Int64
        let role: StateRole
    }

    /// The files.
    public private(set) var paths = ReferencePaths()
    /// What the length of each has to be.
    public private(set) var demands: [LengthDemand] = []
    private var details: [Detail] = []

    /// Adds the path of a reference, of which `append(recordedSize:demand:role:)` tells the rest.
    ///
    /// - Returns: False where the path is none.
    mutating func append(path: UnsafeRawBufferPointer, isRelative: Bool) -> Bool {
        paths.append(utf8: path, isRelative: isRelative)
    }

    mutating func append(recordedSize: Int64, demand: LengthDemand, role: StateRole) {
        demands.append(demand)
        details.append(Detail(recordedSize: recordedSize, role: role))
    }
}

// MARK: - RandomAccessCollection

extension StateReferences: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of references.
    public var endIndex: Int { demands.count }

    /// Makes the reference at a position.
    public subscript(position: Int) -> StateReference {
        StateReference(
            path: paths[position],
            recordedSize: details[position].recordedSize,
            demand: demands[position],
            role: details[position].role
        )
    }
}

// MARK: - ExpressibleByArrayLiteral

extension StateReferences: ExpressibleByArrayLiteral {
    /// Makes the references of a list.
    public init(arrayLiteral references: StateReference...) {
        for reference in references {
            paths.append(reference.path)
            append(
                recordedSize: reference.recordedSize,
                demand: reference.demand,
                role: reference.role
            )
        }
    }
}
