// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
public import Storage

extension LocalStorage {
    /// As many as there are processors, and not so many that a disk would only seek.
    public var parallelCalls: Int { min(4, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Looks at single objects by one call each; nothing is opened but the directories above.
    public func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        objects.map { object in
            do throws(StorageError) {
                return .success(try status(of: object))
            } catch {
                return error.reason == .notFound ? .success(nil) : .failure(error)
            }
        }
    }

    private func status(of object: StorageURL) throws(StorageError) -> ObjectStatus {
        let entry = try entry(object, action: "look at")
        guard let found = entry.name.with({ FileStatus(of: $0, in: entry.directory.number) })
        else { throw StorageError(errno: errno, action: "look at", place: object) }
        return ObjectStatus(
            kind: found.kind,
            size: found.size,
            modified: found.modified,
            identity: found.identity
        )
    }
}
