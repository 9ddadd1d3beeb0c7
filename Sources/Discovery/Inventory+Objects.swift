// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

extension Inventory {
    /// Calls a closure with everything that lies outside snapshots, ordered by directory.
    ///
    /// Made as it is asked for: ten million loose files are never held as values.
    public func forEachLooseObject(_ body: (LooseObject) -> Void) {
        for top in 0..<table.roots.count { visit(DirectoryID(top), body) }
    }

    private func visit(_ top: DirectoryID, _ body: (LooseObject) -> Void) {
        var open = [top]
        while let directory = open.popLast() {
            let number = Int(directory)
            if census.isOurs[number] || census.trashRuns[number] != DirectoryCensus.none {
                continue
            }
            // Nested snapshots lie in their own directories, which are visited all the same.
            if census.snapshots[number] == DirectoryCensus.none { report(directory, body) }
            open += children.directories(in: directory).sorted {
                table.name(ofDirectory: $1) < table.name(ofDirectory: $0)
            }
        }
    }

    private func report(_ directory: DirectoryID, _ body: (LooseObject) -> Void) {
        let files = children.files(in: directory)
        let place = table.place(ofDirectory: directory)
        let job = census.job(of: directory)
        let isPinned = isPinnedByParents(directory)
        if files.isEmpty, children.directories(in: directory).isEmpty,
            table.specials[directory] == nil, table.parent(of: directory) != nil
        {
            body(
                LooseObject(
                    place: place,
                    kind: .emptyDirectory,
                    bytes: 0,
                    job: job,
                    isReferenced: isPinned
                )
            )
        }
        let named = files.map { (name: table.name(ofFile: $0), file: $0) }.sorted {
            $0.name < $1.name
        }
        let kind = kind(ofFilesIn: directory)
        for (name, file) in named {
            body(
                LooseObject(
                    place: place.appending(name),
                    kind: self.kind(of: name, in: kind),
                    bytes: table.size(ofFile: file),
                    job: job,
                    isReferenced: isPinned || isReferenced[Int(file)]
                )
            )
        }
        for name in (table.specials[directory] ?? [:]).keys.sorted() {
            body(
                LooseObject(
                    place: place.appending(name),
                    kind: .special,
                    bytes: 0,
                    job: job,
                    isReferenced: false
                )
            )
        }
    }

    private func isPinnedByParents(_ directory: DirectoryID) -> Bool {
        var current: DirectoryID? = directory
        while let next = current {
            if isPinned[Int(next)] { return true }
            current = table.parent(of: next)
        }
        return false
    }

    private func kind(of name: ObjectName, in kind: LooseKind) -> LooseKind {
        if FlinkNames.label(name) != nil { return .label }
        if FlinkNames.isPointerFile(name) { return .pointer }
        switch kind {
        case .shared, .taskOwned, .changelog: return FlinkNames.isUUID(name) ? kind : .unknown
        default: return kind
        }
    }

    /// What plain files in a directory are, by the names of the directories that hold them.
    private func kind(ofFilesIn directory: DirectoryID) -> LooseKind {
        var inner: ObjectName?
        var current: DirectoryID? = directory
        while let next = current {
            let name = table.name(ofDirectory: next).last
            switch name.description {
            case "shared":
                guard let inner else { return .shared }
                if inner.bytes.starts(with: "op_".utf8) { return .forst }
                return inner.bytes.starts(with: "job_".utf8) ? .merged : .unknown
            case "taskowned":
                guard let inner else { return .taskOwned }
                return inner.bytes.starts(with: "job_".utf8) ? .merged : .unknown
            case "dstl" where inner == nil: return .changelog
            default: break
            }
            inner = name
            current = table.parent(of: next)
        }
        return .unknown
    }
}
