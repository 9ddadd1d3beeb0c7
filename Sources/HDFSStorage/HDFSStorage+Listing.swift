// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
public import SnapshotModel
public import Storage

extension HDFSStorage {
    /// Lists everything below roots with as few calls of `-ls -R` as their paths fit into.
    ///
    /// A call's output is judged first and handed on then. Roots that something went wrong with are
    /// listed again, so that those that nothing is wrong with are listed by a call that ended well.
    /// What the last look at a root showed of an expected place is not asked for again. One `-stat`
    /// gives metadata and roots their exact times. What earlier runs moved into the user's trash comes in
    /// one more call, where there is any. What lies there is listed by itself where it is asked for.
    public func list(
        _ roots: [StorageURL],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        let trashed = roots.indices.filter { TrashedPlace(roots[$0]) != nil }
        guard trashed.isEmpty else { return list(roots, inTrash: trashed, into: &sink) }
        var run = ListingRun(self, roots)
        run.listAll(into: &sink)
        return listTrash(of: roots, run.outcomes.map { $0 ?? .incomplete([]) }, into: &sink)
    }

    /// Says what is about to go, and so will be looked at once more.
    public func expect(_ places: [StorageURL]) { expected.expect(places.map(\.path)) }

    /// Forgets what was seen below places that are about to change.
    package func forget(_ places: [StorageURL]) { expected.forget(places.map(\.path)) }

    /// Hands a root itself on; no listing of it tells its time.
    func give(root index: Int, at path: ObjectName, into sink: inout some ListingSink) {
        sink.receive(
            root: index,
            path: [UInt8]().span,
            kind: .directory,
            size: 0,
            modified: times.latest(path)?.modified ?? Instant(nanoseconds: 0),
            identity: .none
        )
    }

    private func list(
        _ roots: [StorageURL],
        inTrash trashed: [Int],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        var outcomes = [ListingOutcome](repeating: .incomplete([]), count: roots.count)
        let found = listInTrash(trashed.map { roots[$0] }, trashed, into: &sink)
        for (index, outcome) in zip(trashed, found) { outcomes[index] = outcome }
        for index in roots.indices where !trashed.contains(index) {
            let error = StorageError(
                .failed,
                action: "list",
                place: roots[index],
                detail: "it cannot be listed together with what lies in the trash"
            )
            outcomes[index] = .incomplete([error])
        }
        return outcomes
    }
}

/// One listing of many roots.
private struct ListingRun {
    /// How often roots are listed again because something below them vanished meanwhile.
    private static let rounds = 3

    private let storage: HDFSStorage
    private let roots: [StorageURL]
    private(set) var outcomes: [ListingOutcome?]
    private var arguments: [ObjectName?]

    init(_ storage: HDFSStorage, _ roots: [StorageURL]) {
        self.storage = storage
        self.roots = roots
        outcomes = Array(repeating: nil, count: roots.count)
        arguments = Array(repeating: nil, count: roots.count)
        for (index, root) in roots.enumerated() {
            do throws(StorageError) {
                arguments[index] = try ShellPath.argument(for: root, action: "list")
            } catch {
                outcomes[index] = .incomplete([error])
            }
        }
    }

    mutating func listAll(into sink: inout some ListingSink) {
        giveExpected(into: &sink)
        for round in 1...Self.rounds {
            let open = roots.indices.filter { outcomes[$0] == nil }
            if open.isEmpty { return }
            if round > 1 { storage.pause(.seconds(1)) }
            do throws(CommandError) {
                let invocation = try storage.shell.invocation(["-ls", "-R"])
                let paths = open.compactMap { arguments[$0] }
                for range in storage.sealedBatches(paths, of: invocation) {
                    list(
                        Array(open[range]),
                        paths[range],
                        invocation,
                        isLast: round == Self.rounds,
                        into: &sink
                    )
                }
            } catch {
                for index in open {
                    outcomes[index] = .incomplete([StorageError("list", roots[index], error)])
                }
            }
        }
    }

    /// Hands on what the look right before this one showed already.
    private mutating func giveExpected(into sink: inout some ListingSink) {
        for index in roots.indices where outcomes[index] == nil {
            guard let seen = storage.expected.take(roots[index].path) else { continue }
            outcomes[index] = seen == nil ? .absent : .complete
            guard let entries = seen else { continue }
            storage.give(root: index, at: roots[index].path, into: &sink)
            for entry in entries {
                sink.receive(
                    root: index,
                    path: entry.path.span,
                    kind: entry.kind,
                    size: entry.size,
                    modified: entry.modified,
                    identity: .none
                )
            }
        }
    }

    private mutating func list(
        _ open: [Int],
        _ paths: ArraySlice<ObjectName>,
        _ invocation: CommandInvocation,
        isLast: Bool,
        into sink: inout some ListingSink
    ) {
        do throws(ShellFailure) {
            let given = open.map { roots[$0].path }
            let looked = try storage.lookSealed(invocation, paths, behind: given)
            guard looked.isWhole(given: Set(given)) else {
                return judge(looked.answer, open, isWholeText: looked.spool.endsWhole, isLast)
            }
            let there = open.filter { !looked.answer.complaints.isMissing(roots[$0].path) }
            for index in open where !there.contains(index) { outcomes[index] = .absent }
            var reading = ListingReading(storage, roots, there)
            for (index, outcome) in reading.handOn(looked.spool, into: &sink) {
                outcomes[index] = outcome
            }
        } catch {
            for index in open { outcomes[index] = .incomplete([error.error("list", roots[index])]) }
        }
    }

    /// Finds the roots that something went wrong with; the others are listed again.
    private mutating func judge(
        _ answer: HadoopShell.Answer,
        _ open: [Int],
        isWholeText: Bool,
        _ isLast: Bool
    ) {
        var isExplained = answer.result.ending == .exited(1) && isWholeText
        for line in answer.complaints.lines {
            let named = open.filter { isAbout(line, roots[$0]) }
            if named.isEmpty { isExplained = false }
            for index in named {
                let path = roots[index].path
                if answer.complaints.isMissing(path) {
                    outcomes[index] = .absent
                } else if isLast || !isVanished(line) {
                    outcomes[index] = .incomplete([
                        StorageError("list", roots[index], answer).with(detail: line)
                    ])
                }
            }
        }
        if isExplained, !isLast { return }
        for index in open where outcomes[index] == nil {
            outcomes[index] = .incomplete([StorageError("list", roots[index], answer)])
        }
    }

    /// A live job retires its own checkpoints while they are listed.
    private func isVanished(_ line: String) -> Bool {
        line.hasSuffix("': No such file or directory")
    }

    /// Tells whether a complaint names a root, something below it, or something above it.
    private func isAbout(_ line: String, _ root: StorageURL) -> Bool {
        let path = root.path.description
        if line.contains("`\(path)'") || line.contains("`\(path)/") || line.contains("\"\(path)/")
            || line.contains("\"\(path)\"")
        {
            return true
        }
        return root.above.contains { line.contains("\"\($0.path)\"") }
            || line.contains("inode=\"/\"")
    }
}

extension StorageError {
    fileprivate func with(detail: String) -> StorageError {
        StorageError(reason, action: action, place: place, detail: detail)
    }
}
