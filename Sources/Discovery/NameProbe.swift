// SPDX-License-Identifier: Apache-2.0

/// A file that is looked for by name and directory, one of many at once.
struct NameProbe {
    /// Which of the many it is.
    let number: Int
    let name: PackedName
    let directory: DirectoryID
    /// What lies where its name is looked for first.
    fileprivate var touched: UInt64 = 0
    /// What was found: set where the only file of the name lies in the directory.
    fileprivate(set) var file: FileID?

    init(number: Int, name: PackedName, directory: DirectoryID) {
        self.number = number
        self.name = name
        self.directory = directory
    }
}

extension ObjectTable {
    /// Looks for many files at once.
    ///
    /// Where to look for one is a miss of every cache, and does not depend on the others: the
    /// processor waits for a handful of them together if nothing else is done in between.
    ///
    /// - Parameter probes: Each gets its file, where there is exactly one of the name and it lies in
    ///   the directory; all others have to be looked for one by one.
    func find(_ probes: inout [NameProbe]) {
        for index in probes.indices {
            probes[index].touched = touch(hash: probes[index].name.hash)
        }
        for index in probes.indices {
            // Where nothing lies at all is none.
            if probes[index].touched == .max { continue }
            probes[index].file = onlyCandidate(hash: probes[index].name.hash)
        }
        for index in probes.indices {
            guard let file = probes[index].file else { continue }
            if directory(ofFile: file) != probes[index].directory
                || record(file).packedName != probes[index].name
            {
                probes[index].file = nil
            }
        }
    }
}
