// SPDX-License-Identifier: Apache-2.0

/// A way to ask Flink that cannot be one.
public enum FlinkProblem: Hashable, Sendable {
    /// Two ways at once.
    case both
    /// A key that means something for the other way only.
    case onlyWith(String, String)
    /// A file that is not named by its whole path.
    case curlConfig(String)
    /// A name that no job in Flink has.
    case jobName(String)
}

// MARK: - ProblemWording

extension FlinkProblem: ProblemWording {
    var message: String {
        switch self {
        case .both: "cannot ask one Flink in two ways: \"rest\" and \"command\" are both there"
        case .onlyWith(let key, let other):
            "cannot use key \(key.quoted): it means nothing without \(other.quoted)"
        case .curlConfig(let path):
            "cannot use file \(path.quoted): it is not named by its whole path"
        case .jobName(let name):
            "cannot use \(name.quoted) as the job's name in Flink: it is empty or has line ends"
        }
    }

    var hint: String {
        switch self {
        case .both: "leave \"rest\", or \"command\" where REST is out of reach"
        case .onlyWith(let key, _): "leave out \(key.quoted)"
        case .curlConfig: "write curlConfig: \"/etc/janitor/curl.conf\""
        case .jobName: "write job: \"Sales pipeline\", as \"flink list\" shows it"
        }
    }
}
