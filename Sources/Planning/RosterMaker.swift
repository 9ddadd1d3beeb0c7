// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel
internal import Storage

/// Expands a policy by the directories that are there: `{job}`, and roots that jobs share.
struct RosterMaker {
    /// A job before it has a number.
    struct Draft {
        var settings: JobSettings
        var flink: FlinkSettings?
        var hasCheckpoints: Bool
        var roots: [RootRole: StorageURL] = [:]
    }

    let policy: JanitorPolicy
    let explicitNames: Set<String>
    var drafts: [String: Draft] = [:]
    var shared: [StorageURL: SharedRoot] = [:]
    var alsoRead: Set<StorageURL>
    var findings: [Finding] = []
    private(set) var explicitRoots: Set<StorageURL> = []
    private(set) var unlistable: [StorageError] = []
    private var links: [StorageURL] = []
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private var listed: [StorageURL: [ObjectName]] = [:]
    private var looks: [StorageURL: Result<[ObjectName], StorageError>] = [:]

    init(policy: JanitorPolicy, readerFor: @escaping (StorageURL) -> (any StorageReader)?) {
        self.policy = policy
        self.readerFor = readerFor
        explicitNames = Set(policy.jobs.filter { !$0.isPattern }.map(\.name))
        alsoRead = Set(policy.alsoRead)
    }

    mutating func make() -> JobRoster {
        for job in policy.jobs where !job.isPattern { addExplicit(job) }
        let patterns = policy.jobs.flatMap(\.patterns).map(\.1).filter { $0.wildcard != nil }
        look(in: patterns.map(\.base) + shared.keys)
        for job in policy.jobs where job.isPattern { addDiscovered(job) }
        let unclaimed = divideSharedRoots()
        let names = drafts.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let jobs = names.compactMap { name in
            drafts[name].map {
                ManagedJob(
                    name: name,
                    settings: $0.settings,
                    flink: $0.flink,
                    hasCheckpoints: $0.hasCheckpoints
                )
            }
        }
        // A shared root is listed as such, whatever else reads it.
        var roots = alsoRead.filter { shared[$0] == nil }
            .map { ScanRoot(place: $0, job: nil, role: .alsoRead) }
        for (number, name) in names.enumerated() {
            for (role, place) in drafts[name]?.roots ?? [:] {
                roots.append(ScanRoot(place: place, job: number, role: role))
            }
        }
        roots += shared.map { $1.scanRoot(at: $0, numbers) }
        return JobRoster(
            jobs: jobs,
            roots: roots.sorted(by: ScanRoot.comesFirst),
            findings: findings,
            unlistable: unlistable,
            links: links.sorted(),
            unclaimed: unclaimed.compactMap { $0.job(numbers) }.sorted { $0.job < $1.job }
        )
    }

    private mutating func addExplicit(_ job: JobPolicy) {
        var draft = Draft(
            settings: job.settings,
            flink: job.flink,
            hasCheckpoints: job.checkpoints != nil
        )
        for (role, pattern) in job.patterns {
            if job.attempts != nil || isSharedChangelog(pattern.base, role) {
                shared[pattern.base, default: SharedRoot()].add(job, as: role)
            } else {
                draft.roots[role] = pattern.base
                explicitRoots.insert(pattern.base)
            }
        }
        drafts[job.name] = draft
    }

    /// Whether a changelog is that of several jobs: nothing in it says whose what is.
    private func isSharedChangelog(_ place: StorageURL, _ role: RootRole) -> Bool {
        role == .changelog
            && policy.jobs.count { !$0.isPattern && $0.changelog?.base == place } > 1
    }

    // MARK: Patterns

    private mutating func addDiscovered(_ job: JobPolicy) {
        for (role, pattern) in job.patterns {
            guard let wildcard = pattern.wildcard else {
                // One place for all jobs of a pattern belongs to none of them.
                alsoRead.insert(pattern.base)
                continue
            }
            for directory in subdirectories(of: pattern.base) {
                let place = pattern.base.appending(directory).appending(wildcard.rest)
                if explicitRoots.contains(place) { continue }
                guard let match = pattern.match(directory) else {
                    addStray(directory, in: pattern, of: job, role: role)
                    continue
                }
                // Names that an explicit job claims are carved out of the pattern.
                if shared[pattern.base]?.isClaimed(directory) == true { continue }
                let name = job.name(forJob: match)
                if explicitNames.contains(name) {
                    // The policy says everything of this job elsewhere; what lies here protects.
                    alsoRead.insert(place)
                    continue
                }
                add(place, as: role, to: name, of: job)
            }
        }
    }

    private mutating func add(
        _ place: StorageURL,
        as role: RootRole,
        to name: String,
        of job: JobPolicy
    ) {
        var draft =
            drafts[name]
            ?? Draft(settings: job.settings, flink: job.flink, hasCheckpoints: false)
        draft.hasCheckpoints = draft.hasCheckpoints || job.checkpoints != nil
        guard draft.roots[role] == nil || draft.roots[role] == place else {
            // Two patterns give one name: only the first one's is this job's.
            alsoRead.insert(place)
            findings.append(
                Finding(
                    .note,
                    subject: "\(place)",
                    message: "two patterns of the policy give the job name \"\(name)\"",
                    hint: "it protects and is not cleaned; give one pattern another name"
                )
            )
            return
        }
        draft.roots[role] = place
        drafts[name] = draft
    }

    /// Takes in a directory that lies where directories of jobs are looked for and is none.
    ///
    /// Several jobs may mix there: an attempt, or a savepoint, is a job of its own.
    private mutating func addStray(
        _ directory: ObjectName,
        in pattern: RootPattern,
        of job: JobPolicy,
        role: RootRole
    ) {
        if FlinkNames.isJobID(directory) || FlinkNames.savepointDigits(directory) != nil {
            shared[pattern.base, default: SharedRoot()].addPattern(job, as: role)
        } else if !FlinkNames.isJanitors(directory) {
            let place = pattern.base.appending(directory)
            alsoRead.insert(place)
            if pattern.hasUnusableName(directory) { findings.append(Self.unusableName(of: place)) }
        }
    }

    /// Says that a job is left alone for its name, which no policy and no report could write.
    private static func unusableName(of place: StorageURL) -> Finding {
        Finding(
            .partial,
            subject: "\(place)",
            message: "its name is not UTF-8, so it cannot be a job's: what lies there protects "
                + "and stays",
            hint: "give it another name where no job writes there; savepoints can be moved, while "
                + "the metadata of checkpoints name their files by path"
        )
    }

    // MARK: Looking

    /// The directories straight in a place; what hides some of them is noted.
    mutating func subdirectories(of base: StorageURL) -> [ObjectName] {
        if let known = listed[base] { return known }
        let found = look(into: base)
        listed[base] = found
        return found
    }

    /// Looks into all directories that are needed, many in one call where a store wants that.
    private mutating func look(in bases: [StorageURL]) {
        let bases = Set(bases).sorted()
        for shared in SharedReader.all(of: bases, readerFor) {
            guard let reader = shared.reader else { continue }
            let places = shared.positions.map { bases[$0] }
            for (place, found) in zip(places, reader.subdirectories(ofEach: places)) {
                looks[place] = found
            }
        }
    }

    private mutating func look(into base: StorageURL) -> [ObjectName] {
        guard let reader = readerFor(base) else {
            let why = "this build has no backend for the scheme \"\(base.scheme ?? "")\""
            note(StorageError(.failed, action: "list", place: base, detail: why))
            return []
        }
        do throws(StorageError) {
            links += try reader.symbolicLinks(in: base).map { base.appending($0) }
            if let found = looks[base] { return try found.get() }
            return try reader.subdirectories(of: base)
        } catch {
            if error.reason == .notFound {
                findings.append(
                    Finding(
                        .note,
                        subject: "\(base)",
                        message: "there is no such directory, so no job was found in it"
                    )
                )
            } else {
                note(error)
            }
            return []
        }
    }

    private mutating func note(_ error: StorageError) { unlistable.append(error) }
}

extension JobPolicy {
    /// The roots with their roles, in a fixed order.
    var patterns: [(RootRole, RootPattern)] {
        [(.savepoints, savepoints), (.checkpoints, checkpoints), (.changelog, changelog)]
            .compactMap { role, pattern in pattern.map { (role, $0) } }
    }
}
