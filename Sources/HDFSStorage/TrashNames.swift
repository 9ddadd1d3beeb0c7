// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Synchronization

/// Where in the user's trash the metadata lie that a listing has shown below a root's own trash.
///
/// Listings name them `<root>/.janitor-trash/<run>/<path>`, as where the trash lies in the root; the
/// shell has them at `.Trash/<time>/<root>/<path>` in the user's home directory.
///
/// Source: `org.apache.hadoop.fs.TrashPolicyDefault`, 2.7.4 and 3.4.2.
final class TrashNames: Sendable {
    private let printed = Mutex<[ObjectName: ObjectName]>([:])
    private let targets = Mutex<[StorageURL: StorageURL]>([:])
    private let knownHome = Mutex<ObjectName?>(nil)

    /// The home directory of the user that the command runs as; nil where it is not known yet.
    var home: ObjectName? { knownHome.withLock { $0 } }

    /// Keeps the home directory of the user that the command runs as.
    func note(home: ObjectName) {
        knownHome.withLock { $0 = home }
    }

    /// Keeps where the client said that it moved something, or where it was found; nil where neither.
    func note(_ place: StorageURL, movedTo target: StorageURL?) {
        targets.withLock { $0[place] = target }
    }

    /// Where something went; nil where that is not known.
    func target(of place: StorageURL) -> StorageURL? {
        targets.withLock { $0[place] }
    }

    /// Keeps where something lies.
    ///
    /// - Parameters:
    ///   - path: As a listing was given it.
    ///   - name: As the shell prints it.
    func note(_ path: ObjectName, printed name: ObjectName) {
        printed.withLock { $0[path] = name }
    }

    /// What the shell calls a path: its own, unless it is one in the trash.
    func printed(_ path: ObjectName) -> ObjectName {
        printed.withLock { $0[path] ?? path }
    }
}
