// SPDX-License-Identifier: Apache-2.0

internal import CBuiltFrom

/// Which version this is.
enum Version {
    static let text = "0.1.0"

    /// The commit that it was built from; empty where nobody said which.
    static var commit: String { String(cString: janitor_built_from()) }

    /// What `--version` says.
    static func text(builtFrom commit: String) -> String {
        commit.isEmpty ? text : "\(text) (commit \(commit))"
    }
}
