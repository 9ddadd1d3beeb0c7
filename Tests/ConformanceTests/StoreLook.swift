// SPDX-License-Identifier: Apache-2.0

/// What is seen of a tree in a store, all paths below its top.
struct StoreLook {
    /// Every file that is shown at its place, with its length; none of the program's own.
    var files: [String: Int64] = [:]
    /// Every file that lies in the trash, by where it was.
    var trashed: Set<String> = []
    /// What is the program's own and no lock, without the names of runs.
    var own: Set<String> = []
    /// Whatever belongs to a lock that was not given back.
    var held: Set<String> = []
    /// Locks that name a process which is gone.
    var abandoned: Set<String> = []

    /// Nothing is at another place than in another look.
    func isAtSamePlaces(as other: StoreLook) -> Bool {
        files == other.files && trashed == other.trashed
    }

    /// Without what is left of snapshots whose metadata are gone, where another look shows nothing of it.
    func withoutRemains(besides wanted: StoreLook) -> StoreLook {
        var look = self
        look.files = files.filter { path, _ in
            let directory = path.split(separator: "/").dropLast().joined(separator: "/")
            return wanted.files[path] != nil || files["\(directory)/_metadata"] != nil
        }
        return look
    }

    /// What lies where it should not, or not where it should, one line a path.
    func differences(from wanted: StoreLook) -> [String] {
        var found: [String] = []
        for path in Set(files.keys).union(wanted.files.keys).sorted() {
            switch (wanted.files[path], files[path]) {
            case (let old?, let new?):
                if old != new { found.append("\(path) has \(new) bytes instead of \(old)") }
            case (_?, nil): found.append("\(path) is gone")
            case (nil, _): found.append("\(path) is still there")
            }
        }
        found += wanted.trashed.subtracting(trashed).sorted().map { "\($0) is not in the trash" }
        found += trashed.subtracting(wanted.trashed).sorted().map { "\($0) is in the trash" }
        return found
    }
}
