// SPDX-License-Identifier: Apache-2.0

/// A key or a value that is not of the form that is due.
public enum ShapeProblem: Hashable, Sendable {
    /// A key that is not known at its place.
    case unknownKey(String, nearest: String?, known: [String])
    /// A key that has to be there and is not.
    case missingKey(String, example: String)
    /// A value of another type than the one due.
    case wrongType(found: String, due: String, example: String)
    /// A number that counts something and is not whole.
    case notWhole(String, example: String)
    /// A count below the least that means anything.
    case tooSmall(String, least: Int, example: String)
    /// A count beyond all reason.
    case tooLarge(String, most: Int, example: String)
    /// A share that is not above 0 and at most 1.
    case share(String)
    /// A policy without a job.
    case noJobs
    /// An object of labels without a label.
    case noLabels
}

// MARK: - ProblemWording

extension ShapeProblem: ProblemWording {
    var message: String {
        switch self {
        case .unknownKey(let key, _, _): "cannot use key \(key.quoted): it is not known here"
        case .missingKey(let key, _): "cannot do without key \(key.quoted): it is not there"
        case .wrongType(let found, let due, _): "cannot use \(found): \(due) is due"
        case .notWhole(let text, _): "cannot use \(text) as a count: it is not a whole number"
        case .tooSmall(let text, let least, _):
            "cannot use \(text) as a count: the least is \(least)"
        case .tooLarge(let text, let most, _):
            "cannot use \(text) as a count: the most is \(most)"
        case .share(let text): "cannot use \(text) as a share: it is not above 0 and at most 1"
        case .noJobs: "cannot use an empty policy: there is no job in it"
        case .noLabels: "cannot use an empty object of labels: it keeps nothing"
        }
    }

    var hint: String {
        switch self {
        case .unknownKey(_, .some(let nearest), _): "write \(nearest)"
        case .unknownKey(_, nil, let known) where known.count == 1: "write \(known[0])"
        case .unknownKey(_, nil, let known): "write one of \(known.joined(separator: ", "))"
        case .missingKey(_, let example): "write \(example)"
        case .wrongType(_, _, let example), .notWhole(_, let example),
            .tooSmall(_, _, let example), .tooLarge(_, _, let example):
            "write \(example)"
        case .share: "write share: 0.5 for half of a job's snapshots"
        case .noJobs:
            "write jobs: [{ name: \"sales\", savepoints: \"hdfs:///flink/savepoints/sales\" }]"
        case .noLabels: "name a label, as in { \"pre-deploy\": \"30d\" }, or write null"
        }
    }
}
