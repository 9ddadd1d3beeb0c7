// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Something that a check holds against a plan.
public struct PlanProblem: Error, Hashable, Sendable {
    /// What can be wrong.
    public enum Cause: Hashable, Sendable {
        /// What should name a place names none.
        case noPlace(String)
        /// Its sums are not those of what it lists.
        case totals(Int, said: Int)
        /// It lists a snapshot twice.
        case listedTwice(StorageURL)
        /// It has something go that lies in none of the roots, or is one.
        case outsideRoots(StorageURL)
        /// It has something go in a place that is only read.
        case onlyRead(StorageURL)
        /// A snapshot that stays lies inside something that goes.
        case inside(StorageURL, condemned: StorageURL)
        /// A snapshot that stays references something that goes.
        case needs(StorageURL, file: StorageURL, condemned: StorageURL)
        /// A snapshot that stays names a file that goes, by base name or as text.
        case names(StorageURL, name: ObjectName, condemned: StorageURL)
        /// The plan says that so many references were checked, and there are others.
        case checked(StorageURL, said: Int, are: Int)
        /// The plan says that so many references were found, and there are others.
        case found(StorageURL, said: Int, are: Int)
        /// The plan calls it closed, and a file is not there or not as recorded.
        case notClosed(StorageURL, missing: StorageURL)
        /// The plan does not say of a file that it is missing, or says so of one that is there.
        case missing(StorageURL, file: StorageURL)
        /// The plan calls it complete and its metadata cannot be read, or the other way round.
        case complete(StorageURL, said: Bool, why: String)
        /// The plan lists a snapshot that is not there.
        case gone(StorageURL)
        /// Something was not listed or read, and could need anything.
        case unknown(StorageURL, why: String)
    }

    /// What is wrong.
    public let cause: Cause

    init(_ cause: Cause) {
        self.cause = cause
    }

    /// Whether it shows the plan to be wrong; else something could not be known.
    public var isRefutation: Bool {
        if case .unknown = cause { false } else { true }
    }

    /// A short name for machines.
    public var id: String {
        switch cause {
        case .noPlace: "noPlace"
        case .totals: "totals"
        case .listedTwice: "listedTwice"
        case .outsideRoots: "outsideRoots"
        case .onlyRead: "onlyRead"
        case .inside: "inside"
        case .needs: "needs"
        case .names: "names"
        case .checked: "checked"
        case .found: "found"
        case .notClosed: "notClosed"
        case .missing: "missing"
        case .complete: "complete"
        case .gone: "gone"
        case .unknown: "unknown"
        }
    }
}

// MARK: - CustomStringConvertible

extension PlanProblem: CustomStringConvertible {
    /// What is wrong, for people, lower case.
    public var description: String {
        switch cause {
        case .noPlace(let text): "\"\(text)\" is not a place in a store"
        case .totals(let count, let said):
            "its sums do not agree: it lists \(count) snapshots and says \(said), or its verdicts "
                + "are others than it says"
        case .listedTwice(let place): "it lists \"\(place)\" twice"
        case .outsideRoots(let place):
            "it takes \"\(place)\", which does not lie below a root of the policy"
        case .onlyRead(let place): "it takes \"\(place)\", and nothing there may be touched"
        case .inside(let place, let condemned):
            "\"\(place)\" stays and lies inside \"\(condemned)\", which it takes"
        case .needs(let place, let file, let condemned):
            "\"\(place)\" stays and needs \"\(file)\""
                + (file == condemned ? "" : " in \"\(condemned)\"") + ", which it takes"
        case .names(let place, let name, let condemned):
            "\"\(place)\" stays and names \"\(name)\", and it takes \"\(condemned)\""
        case .checked(let place, let said, let are):
            "it says that \(said) references of \"\(place)\" were checked; its metadata have \(are)"
        case .found(let place, let said, let are):
            "it says that \(said) references of \"\(place)\" were found; \(are) are there"
        case .notClosed(let place, let missing):
            "it calls \"\(place)\" closed, and \"\(missing)\" is missing or not as recorded"
        case .missing(let place, let file):
            "what it says is missing of \"\(place)\" differs in \"\(file)\""
        case .complete(let place, let said, let why):
            "it calls \"\(place)\" \(said ? "complete" : "not complete"): \(why)"
        case .gone(let place): "it keeps \"\(place)\", which is not there"
        case .unknown(let place, let why): "cannot tell what \"\(place)\" needs: \(why)"
        }
    }
}
