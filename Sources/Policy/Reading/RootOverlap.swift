// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// A root of a job with all that decides whether it may lie where it lies.
struct NamedRoot {
    let job: Int
    let kind: RootKind
    /// What is the job's own in it; nil where all is.
    let claims: AttemptClaims?
    let pattern: RootPattern
    let place: Place
    /// Where it is, or what stands in front of `{job}`: aliases resolved, one scheme a family.
    let base: StorageURL
    /// The same as components.
    let shape: RootShape
}

/// A root as components, of which one may stand for many.
struct RootShape: Hashable {
    enum Component: Hashable {
        case literal(ObjectName)
        case wildcard(prefix: ObjectName, suffix: ObjectName)
    }

    let store: StorageURL
    let components: [Component]
    let wildcard: RootPattern?

    init(_ pattern: RootPattern) {
        store = StorageURL(
            scheme: pattern.base.schemeFamily,
            authority: pattern.base.authority,
            path: "/"
        )
        var components = pattern.base.path.components.map(Component.literal)
        if let wildcard = pattern.wildcard {
            components.append(.wildcard(prefix: wildcard.prefix, suffix: wildcard.suffix))
            components += wildcard.rest.components.map(Component.literal)
        }
        self.components = components
        wildcard = pattern.wildcard == nil ? nil : pattern
    }

    /// How this lies to another root; nil where they can have nothing in common.
    func relation(to other: RootShape) -> OverlapProblem.Relation? {
        guard store == other.store else { return nil }
        var isSame = true
        for (mine, theirs) in zip(components, other.components) where mine != theirs {
            isSame = false
            switch (mine, theirs) {
            case (.literal, .literal): return nil
            case (.literal(let name), .wildcard):
                if other.wildcard?.match(name) == nil { return nil }
            case (.wildcard, .literal(let name)):
                if wildcard?.match(name) == nil { return nil }
            case (.wildcard(let prefix, let suffix), .wildcard(let otherPrefix, let otherSuffix)):
                guard Self.agree(prefix.bytes, otherPrefix.bytes),
                    Self.agree(suffix.bytes.reversed(), otherSuffix.bytes.reversed())
                else { return nil }
            }
        }
        if components.count > other.components.count { return .inside }
        if components.count < other.components.count { return .around }
        return isSame ? .same : .maybeSame
    }

    private static func agree(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.starts(with: right) || right.starts(with: left)
    }
}

extension NamedRoot {
    /// Tells whether this root may lie to another as it does.
    func mayLie(_ relation: OverlapProblem.Relation, to other: NamedRoot) -> Bool {
        switch relation {
        case .around: return other.mayLie(.inside, to: self)
        case .inside:
            return switch (kind, other.kind) {
            case (.savepoints, .checkpoints): true
            case (.changelog, .checkpoints): job == other.job
            case (.changelog, _), (_, .changelog): false
            default: isCarvedOut(of: other)
            }
        case .same:
            // One job with both kinds in one place; one changelog for a cluster.
            if job == other.job { return kind != .changelog && other.kind != .changelog }
            if kind == .changelog || other.kind == .changelog { return kind == other.kind }
            return isShared(with: other)
        case .maybeSame:
            // An explicit job is carved out of a pattern; two patterns contest each other, and a
            // changelog would be taken for a job.
            return kind != .changelog && other.kind != .changelog
                && (shape.wildcard == nil) != (other.shape.wildcard == nil)
        }
    }
}

extension NamedRoot {
    /// Whether two jobs may have one root: both say what is theirs in it, under one name of it.
    fileprivate func isShared(with other: NamedRoot) -> Bool {
        claims != nil && other.claims != nil && pattern.base == other.pattern.base
    }

    /// Whether this root lies in one of which a job claims only parts, and in none of them.
    private func isCarvedOut(of other: NamedRoot) -> Bool {
        guard let claims = other.claims, other.shape.wildcard == nil else { return false }
        guard let below = base.path(below: other.base)?.components.first else {
            // Directories of a pattern that the other job's names claim are the other job's.
            return shape.wildcard != nil
        }
        return !claims.cover(below)
    }
}

extension PolicyReading {
    /// Reports roots that are one place, or lie in one another, where that is not allowed.
    mutating func reportOverlaps(of jobs: [JobDraft], aliases: [PathAlias]) {
        let roots = namedRoots(of: jobs, aliases: aliases)
        for (earlier, later) in Self.pairsToCompare(roots) {
            let (root, other) = (roots[later], roots[earlier])
            guard let relation = root.shape.relation(to: other.shape) else { continue }
            if root.mayLie(relation, to: other) {
                if relation == .same { reportSharedClaims(jobs[root.job], jobs[other.job]) }
                continue
            }
            let problem = OverlapProblem(
                root: root.pattern.description,
                relation: relation,
                other: other.pattern.description,
                otherPath: other.place.path,
                mayBeShared: relation == .same && root.job != other.job
                    && root.kind != .changelog && other.kind != .changelog
            )
            report(.overlap(problem), at: root.place)
        }
    }

    /// All roots in the order of the file; those in a store that is gone are reported.
    private mutating func namedRoots(of jobs: [JobDraft], aliases: [PathAlias]) -> [NamedRoot] {
        var roots: [NamedRoot] = []
        for (index, job) in jobs.enumerated() {
            for (kind, (pattern, place)) in job.roots {
                if let alias = aliases.covering(pattern.base), alias.actual == nil {
                    let cause = PlaceProblem.Cause.gone(alias: alias.written.description)
                    let problem = PlaceProblem(text: pattern.description, cause: cause)
                    report(.place(problem), at: place)
                }
                let base = aliases.resolve(pattern.base).normalised
                if base.isStore, pattern.wildcard == nil {
                    let problem = PlaceProblem(text: pattern.description, cause: .store)
                    report(.place(problem), at: place)
                }
                let resolved = RootPattern(base: base, wildcard: pattern.wildcard)
                roots.append(
                    NamedRoot(
                        job: index,
                        kind: kind,
                        claims: job.attempts,
                        pattern: pattern,
                        place: place,
                        base: base,
                        shape: RootShape(resolved)
                    )
                )
            }
        }
        return roots.sorted { $0.place.position < $1.place.position }
    }

    /// The pairs of roots that can have anything in common, the one earlier in the file first.
    ///
    /// A root without `{job}` can share something only with one that stands on its way up, or with
    /// a pattern; so thousands of jobs take no longer than thousands of look-ups.
    private static func pairsToCompare(_ roots: [NamedRoot]) -> [(earlier: Int, later: Int)] {
        var literal: [StorageURL: [Int]] = [:]
        for (index, root) in roots.enumerated() where root.shape.wildcard == nil {
            literal[root.base, default: []].append(index)
        }
        var pairs: [(earlier: Int, later: Int)] = []
        for (index, root) in roots.enumerated() {
            guard root.shape.wildcard == nil else {
                for other in roots.indices where other != index {
                    // Two patterns meet once, at the later of them.
                    if roots[other].shape.wildcard != nil, other > index { continue }
                    pairs.append((min(index, other), max(index, other)))
                }
                continue
            }
            var place = root.base
            while !place.isStore {
                for other in literal[place] ?? [] where other != index {
                    // Equal places meet once as well.
                    if place == root.base, other > index { continue }
                    pairs.append((min(index, other), max(index, other)))
                }
                place = place.parent
            }
        }
        return pairs
    }
}
