// SPDX-License-Identifier: Apache-2.0

import Foundation
import HDFSStorage
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

extension HDFSSite {
    /// Where the trash of the user has what lay below the root.
    var trash: String { ".Trash/Current\(root.path)" }

    /// Looks at everything below the root, by a call of the client's own: names here have no blanks.
    ///
    /// - Throws: Where it cannot be listed.
    func look() throws -> StoreLook {
        var look = StoreLook()
        let top = "\(root.path)/"
        let places = usesTrash ? [top, trash] : [top]
        for line in try service.run(["dfs", "-ls", "-R"] + places).split(separator: "\n") {
            let fields = line.split(separator: " ")
            let size = try #require(fields.count == 8 ? Int64(fields[4]) : nil, "\(line)")
            let isFile = !line.hasPrefix("d")
            // Beside the user's own trash a path is printed as it was given.
            if let found = fields[7].firstRange(of: "\(trash)/") {
                if isFile { look.trashed.insert(String(fields[7][found.upperBound...])) }
                continue
            }
            let path = String(fields[7].dropFirst(top.count))
            if path.contains(".janitor-lock") {
                look.held.insert(path)
            } else if path.contains(".janitor-") {
                look.own.insert(path)
            } else if isFile {
                look.files[path] = size
            }
        }
        return look
    }

    /// Removes the lock that a message speaks of and that names nobody.
    ///
    /// Where a killed one's child has come to write a name into it meanwhile, it is left.
    func removeNamelessLock(namedIn text: String) throws -> Bool {
        let held = try look().held
        let lock = held.first { lock in
            lock.hasSuffix("/.janitor-lock") && text.contains("\(root.path)/\(lock)\"")
        }
        guard let lock else { return false }
        if held.contains(where: { $0.hasPrefix("\(lock)/") }) { return true }
        try service.run(["dfs", "-rmdir", "\(root.path)/\(lock)"])
        return true
    }

    /// Every path below the root, without locks.
    ///
    /// - Throws: Where it cannot be listed.
    func paths() throws -> Set<String> {
        var sink = CollectedListing()
        let outcomes = service.reader().list([root], into: &sink)
        try #require(outcomes == [.complete], "\(outcomes)")
        return Set(sink.paths.map(\.description).filter { !$0.contains(".janitor-lock") })
    }

    /// The savepoints below the policy's roots of which anything is there.
    func savepoints() throws -> Set<String> {
        try Set(paths().filter { $0.hasPrefix("sp/") && $0.split(separator: "/").count == 3 })
    }
}
