// SPDX-License-Identifier: Apache-2.0

/// A job, an alias or a label that contradicts itself or another one.
public enum EntryProblem: Hashable, Sendable {
    /// A name that cannot be told apart from none.
    case jobName(String)
    /// Braces in a name that are not one `{job}`.
    case nameBraces(String)
    /// A name that another job has.
    case sameName(String, otherPath: String)
    /// A job without savepoints and checkpoints.
    case noRoot
    /// A root for one job under a name for many.
    case rootWithoutJob(root: String, name: String)
    /// A root for many jobs under a name for one.
    case nameWithoutJob(root: String, name: String)
    /// A label that is no name for an object.
    case label(String)
    /// The label that pins use.
    case pinLabel
    /// An alias that another one has under the same or another spelling.
    case sameAlias(String, other: String)
    /// An alias that leads to itself.
    case selfAlias(String)
    /// Attempts of a job that stands for many.
    case claimsOfPattern(String)
    /// Attempts without one.
    case noClaims
    /// A text that is not a job id.
    case jobID(String)
    /// A text that is not the six digits in a savepoint's name.
    case digits(String)
    /// A pattern that cannot be the name of a directory in a root.
    case entryName(String)
    /// A claim that another one meets, in this job or in one that shares its root.
    case sameClaim(String, other: String, otherPath: String)
}

// MARK: - ProblemWording

extension EntryProblem: ProblemWording {
    var message: String {
        switch self {
        case .jobName(let name): "cannot use job name \(name.quoted): it is not a plain name"
        case .nameBraces(let name):
            "cannot use job name \(name.quoted): one {job} is all that braces can say"
        case .sameName(let name, let path):
            "cannot use job name \(name.quoted): \(path) has it already"
        case .noRoot: "cannot use a job without a root: it has no savepoints and no checkpoints"
        case .rootWithoutJob(let root, let name):
            "cannot use root \(root.quoted): name \(name.quoted) stands for many jobs, "
                + "and this for one place"
        case .nameWithoutJob(let root, let name):
            "cannot use root \(root.quoted): it stands for many jobs, and name \(name.quoted) "
                + "for one"
        case .label(let label):
            "cannot use label \(label.quoted): only letters, digits, \".\", \"_\" and \"-\" "
                + "are allowed"
        case .pinLabel: "cannot use label \"pin\": it is the mark of a pin, which keeps for ever"
        case .sameAlias(let written, let other):
            "cannot use alias \(written.quoted): \(other.quoted) is the same place"
        case .selfAlias(let written): "cannot use alias \(written.quoted): it leads to itself"
        case .claimsOfPattern(let name):
            "cannot use attempts: name \(name.quoted) stands for many jobs"
        case .noClaims: "cannot use empty attempts: nothing would be the job's"
        case .jobID(let text):
            "cannot use job id \(text.quoted): it is not 32 lower-case hexadecimal digits"
        case .digits(let text):
            "cannot use digits \(text.quoted): they are not 6 lower-case hexadecimal digits"
        case .entryName(let text):
            "cannot use name \(text.quoted): it is not the name of one directory that Flink did "
                + "not name"
        case .sameClaim(let text, let other, let path):
            "cannot use \(text.quoted): \(path) has "
                + (text == other ? "it already" : "\(other.quoted), and one name can be both")
        }
    }

    var hint: String {
        switch self {
        case .jobName:
            "write name: \"sales_pipeline\", without line breaks and without spaces around it"
        case .nameBraces: "write {job} for the directory's name, once, or a plain name"
        case .sameName: "give every job a name of its own"
        case .noRoot: "write savepoints: \"hdfs:///flink/savepoints/sales\", or checkpoints"
        case .rootWithoutJob: "write {job} in the root, or a plain name"
        case .nameWithoutJob: "write {job} in the name, or the job's own directory in the root"
        case .label: "write a label such as \"pre-deploy\", of at most 100 characters"
        case .pinLabel: "leave it out, and use `janitor pin PATH`"
        case .sameAlias: "leave only one of the two"
        case .selfAlias: "write where the place is now, or null if it is gone"
        case .claimsOfPattern: "write a job of its own for them, with a plain name"
        case .noClaims:
            "write attempts: { jobIds: [\"…\"], digits: [\"1a2b3c\"], names: [\"orders-*\"] }, or "
                + "leave it out"
        case .jobID: "write it as Flink prints it and as its directory is called"
        case .digits: "write those of savepoint-1a2b3c-0123456789ab as \"1a2b3c\""
        case .entryName:
            "write a name such as \"orders-*\", without / and with * for any characters"
        case .sameClaim: "leave it to one of the two"
        }
    }
}
