// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What earlier runs moved into a trash that lies outside the roots: HDFS's own of the user that the
/// command runs as, or the old versions of a bucket.
///
/// Other things lie there as well: only what is named here is looked for, and given to whoever lists
/// a root as if it lay in a trash in that root.
public struct TrashedPlaces: Sendable {
    private let runs: [StorageURL: ObjectName]

    /// Nothing.
    public static let none = TrashedPlaces([:])

    /// Notes what was moved.
    ///
    /// - Parameter runs: For each place, as it was before the move, the newest run that moved it.
    public init(_ runs: [StorageURL: ObjectName]) {
        self.runs = runs
    }

    /// Tells whether anything below a root was moved.
    public func holdAnything(below root: StorageURL) -> Bool {
        runs.keys.contains { $0.path(below: root) != nil }
    }

    /// The run that moved a place or something that it lay in; nil where none did.
    public func run(of place: StorageURL) -> ObjectName? {
        var current = place
        while current.path.bytes.count > 1 {
            if let run = runs[current] { return run }
            current = current.parent
        }
        return nil
    }
}
