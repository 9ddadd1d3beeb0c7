// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

extension StorageURL {
    /// The directory of the snapshot that a place means: it may name the file in it instead.
    var snapshotDirectory: StorageURL { path.last == FlinkNames.metadata ? parent : self }

    /// Tells whether both may lie in one store: a place without an authority means the default one
    /// of its scheme, which may be any.
    ///
    /// Source: `org.apache.hadoop.fs.FileSystem.get` (Hadoop 3): a path without an authority is that
    /// of `fs.defaultFS` where the schemes agree; so does `HadoopFsFactory` (Flink 2.3).
    func mayBeInStore(of other: StorageURL) -> Bool {
        schemeFamily == other.schemeFamily
            && (authority == other.authority || authority.isEmpty || other.authority.isEmpty)
    }

    /// Tells whether both may be one place in one store, however its scheme and authority are
    /// written.
    func mayBe(_ other: StorageURL) -> Bool { path == other.path && mayBeInStore(of: other) }

    /// Tells whether the place may lie in or below another one.
    func mayLie(below other: StorageURL) -> Bool {
        mayBeInStore(of: other)
            && StorageURL(scheme: other.scheme, authority: other.authority, path: path)
                .path(below: other) != nil
    }

    /// Tells whether two directories of snapshots end so much alike that they are taken for one
    /// under two names.
    ///
    /// Names of savepoints are random, and checkpoints lie below a job id: the end of the path is
    /// enough, whatever aliases say.
    func endsLike(_ other: StorageURL) -> Bool {
        let name = path.last
        guard !name.bytes.isEmpty, name == other.path.last else { return false }
        return FlinkNames.savepointDigits(name) != nil
            || parent.path.last == other.parent.path.last
    }
}
