// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel
internal import Storage

/// Hadoop's file system shell as it is called for one store: `hdfs dfs -ls …`.
///
/// Every call is a Java virtual machine, a second or more: whoever uses it asks about many places at
/// once.
public struct HadoopShell: Sendable {
    /// How the shell is called, whatever the store.
    public struct Settings: Sendable {
        /// The command line in front of everything, one word an entry; `dfs` follows it unless it
        /// ends with `dfs` or `fs`.
        public var command: [ObjectName]
        /// Generic options in front of the shell's own command.
        public var options: [ObjectName]
        /// Start options of the Java virtual machine.
        public var javaOptions: [ObjectName]
        /// How long one call may take.
        public var timeLimit: Duration
        /// What the operator's environment passes on.
        public var environment: CommandEnvironment

        /// Makes settings of their parts.
        public init(
            command: [ObjectName],
            options: [ObjectName],
            javaOptions: [ObjectName],
            timeLimit: Duration,
            environment: CommandEnvironment
        ) {
            self.command = command
            self.options = options
            self.javaOptions = javaOptions
            self.timeLimit = timeLimit
            self.environment = environment
        }
    }

    /// Starts the calls.
    package let runner: any CommandRunner
    private let settings: Settings
    private let store: StorageURL

    /// Makes the shell of one store.
    ///
    /// - Parameters:
    ///   - store: Any place in the store; its scheme and authority say which one it is.
    ///   - settings: How the shell is called.
    ///   - runner: Starts the calls.
    public init(store: StorageURL, settings: Settings, runner: any CommandRunner) {
        self.store = StorageURL(scheme: store.scheme, authority: store.authority, path: "/")
        self.settings = settings
        self.runner = runner
    }

    /// Tells whether a place lies in the store that this shell is for.
    package func reaches(_ place: StorageURL) -> Bool { store.isInSameStore(as: place) }

    /// How much the shell logs on standard error.
    package enum Logging: String {
        /// What went wrong. The shell's own complaints are no log and are always there.
        case errors = "ERROR,console"
        /// Also where the trash put something.
        case moves = "INFO,console"
    }

    /// What came of a call that was started.
    package struct Answer {
        /// How it ended.
        package let result: CommandResult
        /// What it complained of.
        package let complaints: ShellComplaints

        /// Nothing at all went wrong, and all that there is to say was said.
        package var isClean: Bool { result.succeeded && complaints.isEmpty }
    }

    /// The call with everything but the paths.
    ///
    /// - Parameters:
    ///   - words: The shell's command with its options, such as `-ls -R`.
    ///   - properties: Generic options of this call alone.
    ///   - logging: How much it logs.
    /// - Returns: What paths are added to.
    /// - Throws: `CommandError` where the program is not there.
    package func invocation(
        _ words: [ObjectName],
        properties: [ObjectName] = [],
        logging: Logging = .errors
    ) throws(CommandError) -> CommandInvocation {
        var command = settings.command
        if command.last != "dfs" && command.last != "fs" { command.append("dfs") }
        let program = try Program.find(
            command,
            searchPath: settings.environment["PATH"] ?? "/usr/bin:/bin"
        )
        var arguments = Self.bounds + settings.options + properties
        if !store.authority.isEmpty {
            arguments += ["-fs", ObjectName("\(store.scheme ?? "hdfs")://\(store.authority)")]
        }
        return CommandInvocation(
            program,
            arguments + words,
            environment: environment(logging),
            limits: CommandLimits(total: settings.timeLimit, errorBytes: 1 << 20)
        )
    }

    /// Runs a call to its end.
    package func run(
        _ invocation: CommandInvocation,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> Answer {
        let result = try runner.run(invocation, receive: receive)
        let complaints = ShellComplaints(result.errorOutput)
        return Answer(result: result, complaints: complaints)
    }

    /// Bounds on what a client tries before it gives up, in front of the operator's own options.
    ///
    /// Source: `core-default.xml` and `hdfs-default.xml` of 2.7.4 and 3.4.2. With both NameNodes
    /// of a name service down a call takes 163 s or more (15 attempts, up to 15 s between them);
    /// a NameNode that accepts and never answers holds a client of 2.7 for ever, since it pings.
    private static let bounds: [ObjectName] = [
        "-Ddfs.client.failover.max.attempts=6", "-Dipc.client.connect.max.retries=3",
        "-Dipc.client.connect.max.retries.on.timeouts=3", "-Dipc.client.ping=false",
        "-Dipc.ping.interval=120000", "-Dipc.client.rpc-timeout.ms=120000",
    ]

    private func environment(_ logging: Logging) -> CommandEnvironment {
        var environment = settings.environment
        environment["HADOOP_ROOT_LOGGER"] = ObjectName(logging.rawValue)
        let options = JavaStartOptions.merge(settings.javaOptions, into: environment)
        environment["HADOOP_CLIENT_OPTS"] = options
        return environment
    }
}

/// Start options of a virtual machine over which the operator's go.
enum JavaStartOptions {
    /// The value of `HADOOP_CLIENT_OPTS`: ours in front, so that the operator's say the last word.
    ///
    /// A collector is left to the operator where any is named: two of them keep the machine from
    /// starting at all.
    static func merge(
        _ options: [ObjectName],
        into environment: CommandEnvironment
    ) -> ObjectName {
        let names: [ObjectName] = [
            "HADOOP_CLIENT_OPTS", "HADOOP_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
        ]
        let said = names.compactMap { environment[$0]?.description }
        let namesCollector = said.contains { $0.contains(/-XX:\+Use\w*GC/) }
        var words = options.map(\.description)
        if namesCollector { words.removeAll { $0.contains(/-XX:\+Use\w*GC/) } }
        if let own = environment["HADOOP_CLIENT_OPTS"]?.description, !own.isEmpty {
            words.append(own)
        }
        return ObjectName(words.joined(separator: " "))
    }
}
