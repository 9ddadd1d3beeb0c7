// SPDX-License-Identifier: Apache-2.0

/// How S3's command lines are called: `stores.s3`.
public struct S3StoreSettings: Hashable, Sendable {
    /// The kinds of command line that can be driven.
    public enum Client: String, Hashable, Sendable, CaseIterable {
        /// The AWS CLI, version 1 or 2.
        case aws
        /// `s5cmd` for listing, reading and deleting; `aws` beside it for locks and versions.
        case s5cmd
    }

    /// Which one lists, reads and deletes.
    public var client: Client
    /// The AWS CLI's command line in front of everything, one word an entry; never empty.
    public var aws: [String]
    /// The command line of `s5cmd` in front of everything, one word an entry; never empty.
    public var s5cmd: [String]
    /// Name of a profile; nil for the command's own choice.
    public var profile: String?
    /// Region; nil for the command's own choice.
    public var region: String?
    /// URL of the store; nil for Amazon's.
    public var endpoint: String?
    /// More options for every call of the client.
    public var options: [String]
    /// How many calls may be under way at once, 1 to 16.
    public var parallel: Int
    /// How long one call may take: minutes, hours, days or weeks.
    public var timeLimit: RetentionDuration

    /// Makes settings of their parts.
    public init(
        client: Client = .aws,
        aws: [String] = ["aws"],
        s5cmd: [String] = ["s5cmd"],
        profile: String? = nil,
        region: String? = nil,
        endpoint: String? = nil,
        options: [String] = [],
        parallel: Int = 2,
        timeLimit: RetentionDuration = RetentionDuration(3, .hours)
    ) {
        self.client = client
        self.aws = aws
        self.s5cmd = s5cmd
        self.profile = profile
        self.region = region
        self.endpoint = endpoint
        self.options = options
        self.parallel = parallel
        self.timeLimit = timeLimit
    }

    /// `aws` as it is on the path, two calls at a time, three hours a call.
    public static let builtIn = S3StoreSettings()
}
