// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What earlier runs moved into a trash that lies outside the roots: HDFS's own of the user that the
/// command runs as, or the old versions of a bucket.
///
/// Other things lie there as well: only what is named here is looked for, and given to whoever lists
/// a root as if it lay in a trash in that root.
public struct TrashedPlaces: Sendable {
    /// One thing that lies in the trash.
    public struct Move: Hashable, Sendable {
        /// Where it was before.
        public let place: StorageURL
        /// The root that it lay under.
        public let root: StorageURL
        /// The run that moved it.
        public let run: ObjectName
        /// Where the store said that it put it, or where it was found; nil where that is not known.
        public let trash: StorageURL?
        /// Whether it surely went there: of one that was only begun, or failed, that is not known.
        public let isCertain: Bool
        /// Whether the user that the command runs as started that run: its trash is this user's.
        public let isByThisUser: Bool

        /// Makes one of its parts.
        public init(
            place: StorageURL,
            root: StorageURL,
            run: ObjectName,
            trash: StorageURL? = nil,
            isCertain: Bool = true,
            isByThisUser: Bool = true
        ) {
            self.place = place
            self.root = root
            self.run = run
            self.trash = trash
            self.isCertain = isCertain
            self.isByThisUser = isByThisUser
        }
    }

    /// What lies in the trash, by place; what came to one place again and went again, each time, older
    /// runs first.
    public let moves: [Move]
    /// What was hidden in part when a run was cut off or failed, where things go object by object: what
    /// of it lies in the trash the store has to tell.
    public let halves: [Move]
    private let all: [StorageURL: [Move]]
    /// Runs of which it is known whole what they moved and what became of it.
    public let knownRuns: Set<ObjectName>
    /// What of other runs is known not to lie in the trash any more: where it was.
    public let left: [ObjectName: Set<StorageURL>]

    private let runs: [StorageURL: ObjectName]

    /// Nothing.
    public static let none = TrashedPlaces([])

    /// Notes what was moved.
    ///
    /// - Parameters:
    ///   - moves: What lies in the trash, the older first.
    ///   - halves: What was hidden in part.
    ///   - knownRuns: Runs of which all is known.
    ///   - left: What of other runs is known to have left the trash.
    public init(
        _ moves: [Move],
        halves: [Move] = [],
        knownRuns: Set<ObjectName> = [],
        left: [ObjectName: Set<StorageURL>] = [:]
    ) {
        self.moves = Set(moves).sorted { ($0.place, $0.run) < ($1.place, $1.run) }
        all = Dictionary(grouping: self.moves, by: \.place)
        self.halves = halves
        self.knownRuns = knownRuns
        self.left = left
        runs = Dictionary(moves.map { ($0.place, $0.run) }) { $1 }
    }

    /// The same as if nothing of some runs lay in the trash.
    public func without(_ runs: Set<ObjectName>) -> TrashedPlaces {
        TrashedPlaces(
            moves.filter { !runs.contains($0.run) },
            halves: halves.filter { !runs.contains($0.run) },
            knownRuns: knownRuns.union(runs),
            left: left
        )
    }

    /// Every move of what was at a place, older runs first.
    public func moves(of place: StorageURL) -> [Move] { all[place] ?? [] }

    /// Every move of anything below a root, but not of itself, by place, older runs first.
    public func moves(below root: StorageURL) -> [Move] {
        moves.filter { $0.place.path(below: root)?.bytes.isEmpty == false }
    }

    /// The newest run that moved a place or something that it lay in; nil where none did.
    public func run(of place: StorageURL) -> ObjectName? {
        var current = place
        while current.path.bytes.count > 1 {
            if let run = runs[current] { return run }
            current = current.parent
        }
        return nil
    }
}
