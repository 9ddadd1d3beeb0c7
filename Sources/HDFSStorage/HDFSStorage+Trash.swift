// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage

extension HDFSStorage {
    /// What the shell is given for a place, wherever it lies by now.
    func argument(for place: StorageURL, action: String) throws(StorageError) -> ObjectName {
        let plain = try ShellPath.argument(for: place, action: action)
        let printed = trashNames.printed(place.path)
        return printed == place.path ? plain : ShellPath.escaped(printed)
    }

    /// Lists what earlier runs moved into the user's trash from below roots, with one `-ls -R`.
    ///
    /// - Parameters:
    ///   - roots: The roots.
    ///   - outcomes: How their own listings ended.
    ///   - sink: Gets what lies in the trash below `.janitor-trash/<run>` in its root.
    /// - Returns: The outcomes; incomplete where it cannot be known what lies in the trash.
    func listTrash(
        of roots: [StorageURL],
        _ outcomes: [ListingOutcome],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        var listing = TrashListing(self, roots, outcomes)
        listing.list(into: &sink)
        return listing.outcomes
    }
}

/// One listing of what lies in the trash from below many roots.
private struct TrashListing {
    private static let trash: ObjectName = ".janitor-trash"
    private static let metadata: ObjectName = "_metadata"

    private let storage: HDFSStorage
    private let roots: [StorageURL]
    private(set) var outcomes: [ListingOutcome]
    private var trashed = TrashedPlaces.none
    /// Directories that the sink has, of each root.
    private var given: [Int: Set<ObjectName>] = [:]

    init(_ storage: HDFSStorage, _ roots: [StorageURL], _ outcomes: [ListingOutcome]) {
        self.storage = storage
        self.roots = roots
        self.outcomes = outcomes
    }

    mutating func list(into sink: inout some ListingSink) {
        var open = roots.indices.filter { outcomes[$0] == .complete }
        do {
            trashed = try storage.trashed()
        } catch {
            return fail(open, "cannot tell what earlier runs moved into the trash: \(error)")
        }
        open = open.filter { trashed.holdAnything(below: roots[$0]) }
        if open.isEmpty { return }
        do throws(CommandError) {
            let invocation = try storage.shell.invocation(["-ls", "-R"])
            let patterns = open.map { pattern(of: roots[$0]) }
            for range in HadoopShell.batches(patterns, of: invocation) {
                list(Array(open[range]), patterns[range], invocation, into: &sink)
            }
        } catch {
            fail(open, error.description)
        }
    }

    /// Whatever the trash made of the way to a root, at whatever time it was emptied into.
    private func pattern(of root: StorageURL) -> ObjectName {
        ObjectName(Array(".Trash/*".utf8) + ShellPath.escaped(root.path).bytes)
    }

    private mutating func list(
        _ open: [Int],
        _ patterns: ArraySlice<ObjectName>,
        _ invocation: CommandInvocation,
        into sink: inout some ListingSink
    ) {
        do throws(ShellFailure) {
            let looked = try storage.look(invocation, patterns)
            let plain = open.map { ObjectName(Array(".Trash/*".utf8) + roots[$0].path.bytes) }
            guard looked.isWhole(given: Set(patterns).union(plain)) else {
                for index in open {
                    let error = StorageError(
                        "list the trash of",
                        roots[index],
                        looked.answer
                    )
                    outcomes[index] = .incomplete([error])
                }
                return
            }
            var isSound = true
            let isRead = looked.spool.eachLine { bytes in
                if !receive(bytes, open, into: &sink) { isSound = false }
            }
            if !isRead || !isSound { fail(open, "a line of its listing does not read") }
        } catch {
            fail(open, error.detail)
        }
    }

    private mutating func fail(_ indices: [Int], _ detail: String) {
        for index in indices {
            let error = StorageError(
                .failed,
                action: "list the trash of",
                place: roots[index],
                detail: detail
            )
            outcomes[index] = .incomplete([error])
        }
    }

    /// Hands one line on: `.Trash/<time>/<place>`.
    ///
    /// - Returns: False where it is none.
    private mutating func receive(
        _ bytes: UnsafeRawBufferPointer,
        _ open: [Int],
        into sink: inout some ListingSink
    ) -> Bool {
        guard let line = ShellListingLine(bytes, pathsBeginningWith: UInt8(ascii: "."))
        else { return false }
        let printed = ObjectName(bytes[line.pathStart...])
        let parts = printed.components
        guard parts.count > 2, parts[0] == ".Trash" else { return false }
        let path = ObjectName(parts.dropFirst(2).flatMap { [UInt8(ascii: "/")] + $0.bytes })
        for index in open {
            let root = roots[index]
            let place = StorageURL(
                scheme: root.scheme,
                authority: root.authority,
                path: path
            )
            guard let below = place.path(below: root), !below.bytes.isEmpty else { continue }
            // Directories on the way to what was moved are nobody's.
            let run = run(of: place)
            if run == nil, line.kind == .directory { return true }
            let top = Self.trash.appending(run ?? parts[1])
            hand(top.appending(below), line, printed, index, into: &sink)
            return true
        }
        return false
    }

    /// The run that moved a place; a name that was taken has milliseconds behind it.
    private func run(of place: StorageURL) -> ObjectName? {
        if let run = trashed.run(of: place) { return run }
        var current = place
        while current.path.bytes.count > 14 {
            let bare = StorageURL(
                scheme: place.scheme,
                authority: place.authority,
                path: ObjectName(current.path.bytes.dropLast(13))
            )
            if current.path.bytes.suffix(13).allSatisfy({ (0x30...0x39).contains($0) }),
                let run = trashed.run(of: bare)
            {
                return run
            }
            current = current.parent
        }
        return nil
    }

    private mutating func hand(
        _ path: ObjectName,
        _ line: ShellListingLine,
        _ printed: ObjectName,
        _ index: Int,
        into sink: inout some ListingSink
    ) {
        var way = ObjectName([])
        for part in path.components.dropLast() {
            way = way.bytes.isEmpty ? part : way.appending(part)
            give(way, index, line.modified, into: &sink)
        }
        if line.kind == .directory { return give(path, index, line.modified, into: &sink) }
        if path.last == Self.metadata {
            let place = roots[index].appending(path).path
            storage.trashNames.note(place, printed: printed)
            storage.times.note(place, size: line.size, exact: line.modified)
        }
        sink.receive(
            root: index,
            path: path.bytes.span,
            kind: line.kind,
            size: line.size,
            modified: line.modified,
            identity: .none
        )
    }

    private mutating func give(
        _ directory: ObjectName,
        _ index: Int,
        _ modified: Instant,
        into sink: inout some ListingSink
    ) {
        guard given[index, default: []].insert(directory).inserted else { return }
        sink.receive(
            root: index,
            path: directory.bytes.span,
            kind: .directory,
            size: 0,
            modified: modified,
            identity: .none
        )
    }
}
