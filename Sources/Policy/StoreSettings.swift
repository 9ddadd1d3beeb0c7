// SPDX-License-Identifier: Apache-2.0

/// How the stores are reached: the policy's `stores`.
public struct StoreSettings: Hashable, Sendable {
    /// HDFS, and whatever else Hadoop's file system shell reaches.
    public var hdfs: HDFSSettings
    /// S3, and what speaks like it.
    public var s3: S3StoreSettings

    /// Makes settings of their parts.
    public init(hdfs: HDFSSettings = .builtIn, s3: S3StoreSettings = .builtIn) {
        self.hdfs = hdfs
        self.s3 = s3
    }

    /// What holds where a policy says nothing.
    public static let builtIn = StoreSettings()
}

/// How Hadoop's file system shell is called: `stores.hdfs`.
public struct HDFSSettings: Hashable, Sendable {
    /// The command line in front of everything, one word an entry; never empty.
    ///
    /// Unless its last word is `dfs` or `fs` already, `dfs` follows it.
    public var command: [String]
    /// Generic options in front of the shell's own command, such as `-Ddfs.x=y`.
    public var options: [String]
    /// Start options of the Java virtual machine, added to what `HADOOP_CLIENT_OPTS` says.
    public var javaOptions: [String]
    /// How long one call may take: minutes, hours, days or weeks.
    public var timeLimit: RetentionDuration

    /// Makes settings of their parts.
    public init(
        command: [String],
        options: [String],
        javaOptions: [String],
        timeLimit: RetentionDuration
    ) {
        self.command = command
        self.options = options
        self.javaOptions = javaOptions
        self.timeLimit = timeLimit
    }

    /// `hdfs dfs`, started as fast as it can be; half an hour a call.
    ///
    /// With these options a call takes two thirds of the time: most of it is starting.
    public static let builtIn = HDFSSettings(
        command: ["hdfs"],
        options: [],
        javaOptions: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"],
        timeLimit: RetentionDuration(30, .minutes)
    )
}
