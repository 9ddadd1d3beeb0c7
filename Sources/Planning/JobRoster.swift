// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import Policy
public import SnapshotModel
public import Storage

/// A job of the policy, after `{job}` is expanded.
public struct ManagedJob: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What the policy says of it.
    public let settings: JobSettings
    /// Base URL of its Flink; nil where the policy names none.
    public let flinkREST: String?
}

/// All jobs and roots that a policy means today.
public struct JobRoster: Sendable {
    /// The jobs, sorted by name.
    public let jobs: [ManagedJob]
    /// What has to be listed, with the positions of jobs in `jobs`.
    public let roots: [ScanRoot]
    /// What was found while expanding.
    public let findings: [Finding]
    /// Directories of `{job}` that could not be read: what lies there is unknown.
    public let unlistable: [StorageError]

    /// The roots that a run has to lock as far as they are there: every job's, none only read.
    public var lockableRoots: [StorageURL] {
        roots.filter { $0.job != nil }.map(\.place)
    }
}

/// Expands the `{job}` of a policy by the directories that are there.
struct RosterMaker {
    private struct Draft {
        var settings: JobSettings
        var flinkREST: String?
        var roots: [RootRole: StorageURL] = [:]
    }

    private let policy: JanitorPolicy
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private var drafts: [String: Draft] = [:]
    private var alsoRead: Set<StorageURL>
    private var findings: [Finding] = []
    private var unlistable: [StorageError] = []
    private var explicitRoots: Set<StorageURL> = []
    private var directories: [StorageURL: Result<[ObjectName], StorageError>] = [:]

    init(policy: JanitorPolicy, readerFor: @escaping (StorageURL) -> (any StorageReader)?) {
        self.policy = policy
        self.readerFor = readerFor
        alsoRead = Set(policy.alsoRead)
    }

    mutating func make() -> JobRoster {
        for job in policy.jobs where !job.isPattern { addExplicit(job) }
        look(in: policy.jobs.flatMap(\.patterns).map(\.1).filter { $0.wildcard != nil }.map(\.base))
        for job in policy.jobs where job.isPattern { addDiscovered(job) }
        let names = drafts.keys.sorted()
        let jobs = names.compactMap { name in
            drafts[name].map {
                ManagedJob(name: name, settings: $0.settings, flinkREST: $0.flinkREST)
            }
        }
        var roots = alsoRead.map { ScanRoot(place: $0, job: nil, role: .alsoRead) }
        for (number, name) in names.enumerated() {
            for (role, place) in drafts[name]?.roots ?? [:] {
                roots.append(ScanRoot(place: place, job: number, role: role))
            }
        }
        return JobRoster(jobs: jobs, roots: roots, findings: findings, unlistable: unlistable)
    }

    private mutating func addExplicit(_ job: JobPolicy) {
        var draft = Draft(settings: job.settings, flinkREST: job.flinkREST)
        for (role, pattern) in job.patterns {
            draft.roots[role] = pattern.base
            explicitRoots.insert(pattern.base)
        }
        drafts[job.name] = draft
    }

    private mutating func addDiscovered(_ job: JobPolicy) {
        let explicitNames = Set(policy.jobs.filter { !$0.isPattern }.map(\.name))
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
        var draft = drafts[name] ?? Draft(settings: job.settings, flinkREST: job.flinkREST)
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

    /// Takes in a directory of Flink's that lies where directories of jobs are looked for.
    ///
    /// Several jobs may mix there: an attempt, or a savepoint, is a job of its own.
    private mutating func addStray(
        _ directory: ObjectName,
        in pattern: RootPattern,
        of job: JobPolicy,
        role: RootRole
    ) {
        let place = pattern.base.appending(directory)
        if FlinkNames.isJobID(directory) || FlinkNames.savepointDigits(directory) != nil {
            let name = directory.description
            add(place, as: role, to: name, of: job)
            findings.append(
                Finding(
                    .note,
                    subject: "\(place)",
                    message: "it lies in no job's directory and counts as a job of its own",
                    hint: "to let it count with others add a job: "
                        + "{ name: \"…\", \(role.rawValue): \"\(pattern.base)\" }"
                )
            )
        } else if !FlinkNames.isJanitors(directory) {
            alsoRead.insert(place)
        }
    }

    /// Looks into all directories that are needed, many in one call where a store wants that.
    private mutating func look(in bases: [StorageURL]) {
        let bases = Set(bases).sorted()
        for shared in SharedReader.all(of: bases, readerFor) {
            guard let reader = shared.reader else { continue }
            let places = shared.positions.map { bases[$0] }
            for (place, found) in zip(places, reader.subdirectories(ofEach: places)) {
                directories[place] = found
            }
        }
    }

    private mutating func subdirectories(of base: StorageURL) -> [ObjectName] {
        guard let reader = readerFor(base) else {
            unlistable.append(
                StorageError(
                    .failed,
                    action: "list",
                    place: base,
                    detail: "this build has no backend for the scheme \"\(base.scheme ?? "")\""
                )
            )
            return []
        }
        do throws(StorageError) {
            for link in try reader.symbolicLinks(in: base) {
                // Another team's, or a job's own that was moved: what lies there may reference.
                let why = "it is a symbolic link, which is not followed"
                let place = base.appending(link)
                unlistable.append(StorageError(.failed, action: "list", place: place, detail: why))
            }
            if let found = directories[base] { return try found.get() }
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
                unlistable.append(error)
            }
            return []
        }
    }
}

extension JobPolicy {
    /// The roots with their roles, in a fixed order.
    var patterns: [(RootRole, RootPattern)] {
        [(.savepoints, savepoints), (.checkpoints, checkpoints), (.changelog, changelog)]
            .compactMap { role, pattern in pattern.map { (role, $0) } }
    }
}
