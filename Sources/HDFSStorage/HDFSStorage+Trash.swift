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

    /// Lists what earlier runs moved into a trash from below roots, with one `-ls -R` for each trash.
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
    private static let metadata: ObjectName = "_metadata"

    /// What one trash is asked for one root.
    private struct Question {
        let root: Int
        let directory: TrashDirectory
        let pattern: ObjectName
        let plain: ObjectName
    }

    /// A whole listing of one trash.
    private final class Listing {
        /// The roots that it was asked for.
        let roots: [Int]
        let looked: Looked

        init(roots: [Int], _ looked: consuming Looked) {
            self.roots = roots
            self.looked = looked
        }
    }

    private let storage: HDFSStorage
    private let roots: [StorageURL]
    private(set) var outcomes: [ListingOutcome]
    private var trashed = TrashedPlaces.none
    /// Directories that the sink has, of each root.
    private var given: [Int: Set<ObjectName>] = [:]
    /// What was handed on that no run recorded, with what a listing says of it.
    private var strays: [Int: [ObjectName: ObjectStatus]] = [:]

    init(_ storage: HDFSStorage, _ roots: [StorageURL], _ outcomes: [ListingOutcome]) {
        self.storage = storage
        self.roots = roots
        self.outcomes = outcomes
    }

    mutating func list(into sink: inout some ListingSink) {
        let open = roots.indices.filter { outcomes[$0] == .complete }
        do {
            trashed = try storage.trashed()
        } catch {
            return fail(open, "cannot tell what earlier runs moved into the trash: \(error)")
        }
        let questions = open.flatMap { root in
            trashed.moves(below: roots[root]).directories.map { directory in
                Question(
                    root: root,
                    directory: directory,
                    pattern: directory.pattern(ShellPath.escaped(roots[root].path)),
                    plain: ObjectName(
                        directory.name.bytes + Array("/*".utf8) + roots[root].path.bytes
                    )
                )
            }
        }
        if questions.isEmpty { return }
        // One call for each trash, and nearly always there is one: what fails says nothing of others.
        var listings: [Listing] = []
        let groups = Dictionary(grouping: questions, by: \.directory)
        for (directory, questions) in groups.sorted(by: { $0.key < $1.key }) {
            look(questions, in: directory, &listings)
        }
        let asked = Set(questions.map(\.root)).sorted()
        var copies = CopiesInTrash(
            directories: Set(questions.map(\.directory)).sorted(),
            roots: asked.map { ($0, roots[$0]) },
            trashed: trashed
        )
        hand(listings, &copies, into: &sink)
        checkAll(asked, copies)
    }

    private mutating func look(
        _ questions: [Question],
        in directory: TrashDirectory,
        _ listings: inout [Listing]
    ) {
        do throws(CommandError) {
            let invocation = try storage.shell.invocation(["-ls", "-R"])
            for range in storage.sealedBatches(questions.map(\.pattern), of: invocation) {
                look(questions[range], in: directory, invocation, &listings)
            }
        } catch {
            fail(questions.map(\.root), error.description)
        }
    }

    private mutating func look(
        _ questions: ArraySlice<Question>,
        in directory: TrashDirectory,
        _ invocation: CommandInvocation,
        _ listings: inout [Listing]
    ) {
        let open = Set(questions.map(\.root)).sorted()
        do throws(ShellFailure) {
            let patterns = questions.map(\.pattern)
            let looked = try storage.lookSealed(invocation, patterns[...])
            guard looked.isWhole(given: Set(patterns).union(questions.map(\.plain))) else {
                for index in open {
                    let error = StorageError("list the trash of", roots[index], looked.answer)
                    let isForbidden = error.reason == .denied
                    let runs = isForbidden ? runs(below: index, in: directory) : []
                    fail(index, isForbidden ? error.orGiveUp(runs) : error)
                }
                return
            }
            listings.append(Listing(roots: open, looked))
        } catch {
            fail(open, error.detail)
        }
    }

    /// Hands on what whole listings show.
    private mutating func hand(
        _ listings: [Listing],
        _ copies: inout CopiesInTrash,
        into sink: inout some ListingSink
    ) {
        let detail = "a line of its listing cannot be parsed"
        for listing in listings {
            var isSound = true
            let isRead = listing.looked.spool.eachLine {
                if !copies.note($0) { isSound = false }
            }
            if !isRead || !isSound { fail(listing.roots, detail) }
        }
        copies.assign()
        for listing in listings {
            let isRead = listing.looked.spool.eachLine { bytes in
                if let entry = copies.entry(bytes) { hand(entry, into: &sink) }
            }
            if !isRead { fail(listing.roots, detail) }
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
            fail(index, error)
        }
    }

    private mutating func fail(_ index: Int, _ error: StorageError) {
        if case .incomplete(let errors) = outcomes[index] {
            outcomes[index] = .incomplete(errors + [error])
        } else {
            outcomes[index] = .incomplete([error])
        }
    }

    /// Runs that moved something from below a root into a trash.
    private func runs(below index: Int, in directory: TrashDirectory) -> [ObjectName] {
        let moves = trashed.moves(below: roots[index])
        return Set(moves.filter { $0.isCertain && $0.directory == directory }.map(\.run)).sorted()
    }

    /// Sees to it that nothing is missed silently (law 2).
    ///
    /// Where the store has said into which trash a thing went, and that one was listed whole, a thing
    /// that is not in it is gone: the server has emptied it by its own interval, or somebody took it out.
    /// It protects nothing then, and there is nothing to wait for. Where it has not said so, the trash
    /// that was listed is that of whoever runs the command today, and may be another one. Each error
    /// names all runs of such things, so that one command gives up all of them.
    private mutating func checkAll(_ indices: [Int], _ copies: CopiesInTrash) {
        var lost: [Int: TrashedPlaces.Move] = [:]
        var runs: Set<ObjectName> = []
        for index in indices where outcomes[index] == .complete {
            for move in trashed.moves(below: roots[index])
            where move.isCertain && TrashTarget(of: move) == nil && !copies.holds(move) {
                lost[index] = lost[index] ?? move
                runs.insert(move.run)
            }
        }
        for (index, move) in lost {
            let error = StorageError(
                .failed,
                "list the trash of",
                roots[index],
                unknown: move,
                orGiveUp: runs.sorted()
            )
            fail(index, error)
        }
    }

    // MARK: Handing on

    private mutating func hand(
        _ entry: CopiesInTrash.Entry,
        into sink: inout some ListingSink
    ) {
        let status = entry.line.status
        var path = TrashedPlace.trash.appending(entry.run ?? entry.checkpoint)
            .appending(entry.path)
        if entry.run == nil {
            // Directories on the way to what was moved are nobody's.
            if status.kind == .directory { return }
            // One trash may be listed under two names; in two there may be two things of one name.
            while let known = strays[entry.root]?[path] {
                if known == status { return }
                path = ObjectName(path.bytes + [UInt8(ascii: "~")])
            }
            strays[entry.root, default: [:]][path] = status
        }
        hand(path, entry.line, entry.printed, entry.root, into: &sink)
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
