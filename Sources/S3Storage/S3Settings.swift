// SPDX-License-Identifier: Apache-2.0

/// Which command line reaches the store, and with what.
///
/// Credentials are none of its business: the command finds them as it does by hand, in its profile,
/// its environment or the machine's role.
public struct S3Settings: Hashable, Sendable {
    /// The kinds of command line that can be driven.
    public enum Client: String, Hashable, Sendable, CaseIterable {
        /// The AWS CLI, version 1 or 2.
        case aws
        /// `s5cmd`, for listing, reading and deleting; `aws` beside it for locks and versions.
        case s5cmd
    }

    /// Which one lists, reads and deletes.
    public var client: Client
    /// The AWS CLI as an array of words, the program first.
    public var aws: [String]
    /// `s5cmd` as an array of words, the program first.
    public var s5cmd: [String]
    /// The name of a profile; nil for the command's own choice.
    public var profile: String?
    /// The region; nil for the command's own choice.
    public var region: String?
    /// The URL of the store; nil for Amazon's.
    public var endpoint: String?
    /// More options for every call, as words.
    public var options: [String]
    /// How many calls may be under way at once.
    public var parallel: Int

    /// Makes settings; without arguments those of a bare `aws`.
    public init(
        client: Client = .aws,
        aws: [String] = ["aws"],
        s5cmd: [String] = ["s5cmd"],
        profile: String? = nil,
        region: String? = nil,
        endpoint: String? = nil,
        options: [String] = [],
        parallel: Int = 2
    ) {
        self.client = client
        self.aws = aws
        self.s5cmd = s5cmd
        self.profile = profile
        self.region = region
        self.endpoint = endpoint
        self.options = options
        self.parallel = parallel
    }

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
    /// - Parameter operators: The operator's environment, whose own limits stay.
    ///
    /// Source: AWS CLI user guide, "Configuring environment variables": tries and their mode, the
    /// pager of version 2 and its prompt.
    package func environment(over operators: [String: String]) -> [String: String] {
        var added = ["AWS_PAGER": "", "AWS_CLI_AUTO_PROMPT": "off"]
        if operators["AWS_RETRY_MODE"] == nil { added["AWS_RETRY_MODE"] = "standard" }
        if operators["AWS_MAX_ATTEMPTS"] == nil { added["AWS_MAX_ATTEMPTS"] = "6" }
        if let region { added["AWS_REGION"] = region }
        return added
    }
}
