// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage
internal import StorageRemoval

extension UnfinishedRun {
    /// How many runs are looked back at: what failed for longer needs somebody's eyes.
    static let reach = 20

    /// Runs that did not come to their end or left something half removed, the oldest first.
    ///
    /// - Parameters:
    ///   - state: The state directory.
    ///   - named: Runs that are looked at however long ago they were.
    /// - Returns: Names of runs with their journals.
    /// - Throws: `StateError` where a journal cannot be read.
    static func all(
        in state: StateDirectory,
        and named: Set<String> = []
    ) throws(StateError) -> [(String, JournalReader)] {
        var found: [(String, JournalReader)] = []
        let runs = try state.runs()
        for run in runs.dropLast(reach).filter(named.contains) + runs.suffix(reach) {
            let journal = try JournalReader(run: run, in: state)
            if !journal.isFinished || !journal.openSteps.isEmpty { found.append((run, journal)) }
        }
        return found
    }

    /// Names of the runs since the last one that did all it had planned.
    ///
    /// Each of them was cut off, or something failed in it, and the next run goes on with what it
    /// had planned. What does not read ends the search: what its run moved protects.
    static func continued(in state: StateDirectory) -> Set<ObjectName> {
        var names: Set<ObjectName> = []
        let runs = (try? state.runs()) ?? []
        for run in runs.reversed().prefix(reach) {
            guard let journal = try? JournalReader(run: run, in: state),
                !journal.hasDoneAll
            else { break }
            names.insert(ObjectName(run))
        }
        return names
    }

    /// What became of runs that were cut off.
    struct Finishing {
        /// One line for each thing that was done or could not be.
        var notes: [String] = []
        /// Something could not be done and is tried again by the next run.
        var hasLeft = false
        /// What could not be brought back, by the run that had moved it to the trash: for nothing where
        /// that is given up.
        var unrestored: [String: Set<StorageURL>] = [:]

        /// Forgets what could not be brought back and was given up since.
        mutating func settle(_ history: [PastRun]) {
            for run in history {
                for item in run.items {
                    if case .lost = item.fate { unrestored[run.name]?.remove(item.place) }
                }
            }
        }

        /// Adds what nobody tries any more.
        mutating func add(_ forgotten: ForgottenSteps) {
            let told = forgotten.notes
            notes += told
            if !told.isEmpty { hasLeft = true }
        }

        /// Adds to a report what is to be told of them.
        func tell(_ report: inout RunReport) {
            report.notes = notes + report.notes
            if hasLeft || unrestored.contains(where: { !$0.value.isEmpty }) {
                report.hasLeft = true
            }
        }
    }

    /// Finishes all runs whose roots are locked now; one whose roots are not may be at work.
    ///
    /// - Parameters:
    ///   - environment: What the command works with.
    ///   - locks: Its locks.
    ///   - named: Runs that somebody asked for, however long ago they were.
    ///   - request: What is brought back right after this: that is left as far as it came.
    /// - Returns: What became of them.
    /// - Throws: `StateError` where a journal cannot be read or written.
    static func finishAll(
        in environment: RunEnvironment,
        _ locks: inout RootLocks,
        and named: Set<String> = [],
        before request: WantedBack.Request? = nil
    ) throws(StateError) -> Finishing {
        let open = try all(in: environment.state, and: named)
        guard !open.isEmpty else { return Finishing() }
        var finishing = Finishing()
        let wanted = WantedBack(try RunHistory.read(environment.state), open, request)
        var ours: [(String, JournalReader)] = []
        for (run, journal) in open where !journal.mayBeAtWork(at: environment.clock()) {
            guard let strange = environment.strangeRoot(of: journal, locks) else {
                ours.append((run, journal))
                continue
            }
            guard try isLeft(run, strange, in: environment.state, locks) else { continue }
            finishing.notes.append(
                "the run \"\(run)\" was cut off, and its root \"\(strange)\" is not locked by this "
                    + "command; it is left as it is\n  hint: run janitor once with a policy that has "
                    + "this root, without --shard"
            )
        }
        var look = FinishingLook(environment, finishing: Set(ours.map { ObjectName($0.0) }))
        for (run, journal) in ours {
            let unfinished = UnfinishedRun(
                run: run,
                environment: environment,
                wanted: wanted,
                began: journal.begin.flatMap { Instant($0.at) }
            )
            try unfinished.finish(journal, &locks, &look, &finishing)
        }
        return finishing
    }

    /// Tells whether a run with somebody else's root left something; not where it is at work, or came
    /// to its end since its journal was read: it gives its locks back after that.
    private static func isLeft(
        _ run: String,
        _ root: StorageURL,
        in state: StateDirectory,
        _ locks: RootLocks
    ) throws(StateError) -> Bool {
        do throws(LockError) {
            // A lock of the directory that all roots of a pattern lie in stands for each of them.
            try locks.check([root] + root.above)
        } catch {
            // Of what cannot be looked at is told as well.
            if error.isHeld { return false }
        }
        let journal = try JournalReader(run: run, in: state)
        return !journal.isFinished || !journal.openSteps.isEmpty
    }
}

extension JournalReader {
    /// Whether its run may be at work although no lock says so: it found nothing to lock.
    fileprivate func mayBeAtWork(at now: Instant) -> Bool {
        guard let begin, begin.steps == 0, roots.isEmpty, let began = Instant(begin.at) else {
            return false
        }
        return now < began.advanced(byNanoseconds: RootLocks.lifetime)
    }
}

extension RunEnvironment {
    /// A root of a run that is there and is not locked by this one; nil where all are.
    fileprivate func strangeRoot(of journal: JournalReader, _ locks: RootLocks) -> StorageURL? {
        journal.roots.compactMap(\.url).first { !locks.cover($0) && isThere($0) }
    }

    /// Whether a directory may be there: only where the store says that it is not, it is not.
    private func isThere(_ place: StorageURL) -> Bool {
        guard let reader = readerFor(place) else { return true }
        do throws(StorageError) {
            _ = try reader.subdirectories(of: place)
            return true
        } catch {
            return error.reason != .notFound
        }
    }
}
