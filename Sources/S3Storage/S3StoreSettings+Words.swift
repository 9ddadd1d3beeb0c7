// SPDX-License-Identifier: Apache-2.0

package import Policy

/// The words that reach a store.
///
/// Credentials are none of our business: the command finds them as it does by hand, in its profile, its
/// environment or the machine's role.
extension S3StoreSettings {
    /// The words of an `aws` call.
    ///
    /// Every value is joined to its option by `=`, so that none is ever taken for an option.
    package func aws(_ words: [String]) -> [String] {
        var all = aws
        if let profile { all.append("--profile=\(profile)") }
        if let region { all.append("--region=\(region)") }
        if let endpoint { all.append("--endpoint-url=\(endpoint)") }
        all += ["--cli-read-timeout=60", "--cli-connect-timeout=10"]
        if client == .aws { all += options }
        return all + words
    }

    /// The words of an `s5cmd` call.
    package func s5cmd(_ words: [String]) -> [String] {
        var all = s5cmd
        if let profile { all.append("--profile=\(profile)") }
        if let endpoint { all.append("--endpoint-url=\(endpoint)") }
        all.append("--retry-count=5")
        if client == .s5cmd { all += options }
        return all + words
    }

    /// What is put into the environment of every call, on top of the operator's.
    ///
    /// - Parameters:
    ///   - operators: The operator's environment, whose own limits stay.
    ///   - changes: Whether the call changes anything: then it makes fewer tries, each of which waits for 70
    ///     seconds at most, so that it has ended before its lock may be taken over.
    /// - Returns: Values by name.
    ///
    /// Source: AWS CLI user guide, "Configuring environment variables": tries and their mode, the
    /// pager of version 2 and its prompt.
    package func environment(
        over operators: [String: String],
        changes: Bool = false
    ) -> [String: String] {
        var added = ["AWS_PAGER": "", "AWS_CLI_AUTO_PROMPT": "off"]
        if operators["AWS_RETRY_MODE"] == nil { added["AWS_RETRY_MODE"] = "standard" }
        if operators["AWS_MAX_ATTEMPTS"] == nil { added["AWS_MAX_ATTEMPTS"] = changes ? "3" : "6" }
        if let region { added["AWS_REGION"] = region }
        return added
    }
}
