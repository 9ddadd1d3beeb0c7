// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import Policy
internal import SnapshotModel
internal import Synchronization

/// Makes the calls to a store's command line, and judges how they ended.
public struct S3Calls: Sendable {
    /// Which command lines, and with what.
    package let settings: S3StoreSettings
    private let runner: any CommandRunner
    private let operators: [String: String]
    private let storeClock = StoreClock()

    /// Whether the store's clock is known to be ahead of this machine's.
    package var isStoreAhead: Bool { storeClock.isAhead.load(ordering: .relaxed) }

    /// Notes that the store's clock is ahead of this machine's.
    package func noteStoreAhead() { storeClock.isAhead.store(true, ordering: .relaxed) }

    /// Makes calls.
    ///
    /// - Parameters:
    ///   - settings: Which command lines, and with what.
    ///   - runner: Runs them.
    ///   - environment: The operator's, of which children get what is on the list.
    public init(
        settings: S3StoreSettings,
        runner: any CommandRunner,
        environment: [String: String]
    ) {
        self.settings = settings
        self.runner = runner
        operators = environment
    }

    /// Where temporary files go.
    package var temporaryDirectory: String {
        let named = operators["TMPDIR"] ?? ""
        return named.hasPrefix("/") ? named : "/tmp"
    }

    /// Runs `aws` and gives what it printed.
    ///
    /// - Parameters:
    ///   - words: The words behind the program and its options.
    ///   - input: What it reads.
    ///   - changes: Whether it changes anything; then it takes no longer than `changeLimit`.
    /// - Returns: Standard output, whole.
    /// - Throws: `S3Failure` where it ended with anything but 0.
    package func aws(
        _ words: [String],
        input: CommandInvocation.Input = .nothing,
        changes: Bool = false
    ) throws(S3Failure) -> [UInt8] {
        try collect(invocation(settings.aws(words), input: input, changes: changes))
    }

    /// How long a call may take that changes anything: less than is left of a lock that is held.
    ///
    /// Where this process was killed nobody ends a call, and `aws` comes to its own end in about that time
    /// by the tries that it has; s5cmd knows no such limit.
    package static let changeLimit: Duration = .seconds(240)

    /// Runs `aws` and hands over each line that it prints.
    ///
    /// - Parameters:
    ///   - words: The words behind the program and its options.
    ///   - longest: The most bytes that a line may have.
    ///   - body: Gets a line without its newline; an error ends the call.
    /// - Throws: `S3Failure` where it ended with anything but 0, or not with a whole line.
    package func awsLines(
        _ words: [String],
        longest: Int = 1 << 20,
        _ body: (Span<UInt8>) throws(ListingLineError) -> Void
    ) throws(S3Failure) {
        try lines(settings.aws(words), LineSplitter(longest: longest), body)
    }

    /// Runs `s5cmd` and gives what it printed, whatever its exit code.
    ///
    /// - Returns: Standard output, and the failure where it ended with anything but 0.
    package func s5cmd(
        _ words: [String],
        changes: Bool = false
    ) throws(S3Failure) -> ([UInt8], S3Failure?) {
        let call = try invocation(settings.s5cmd(words), input: .nothing, changes: changes)
        do throws(CommandError) {
            let output = try runner.collect(call, limit: Self.outputLimit)
            return (output.bytes, Self.failure(of: output.result))
        } catch {
            throw Self.failure(error)
        }
    }

    /// Runs `s5cmd` and hands over each line that it prints.
    package func s5cmdLines(
        _ words: [String],
        _ body: (Span<UInt8>) throws(ListingLineError) -> Void
    ) throws(S3Failure) {
        try lines(settings.s5cmd(words), LineSplitter(), body)
    }

    // MARK: -

    private var limit: Duration {
        settings.timeLimit.fixedNanoseconds.map { .nanoseconds($0) } ?? .seconds(3 * 3600)
    }

    private static let outputLimit = 64 << 20

    private func collect(_ call: CommandInvocation) throws(S3Failure) -> [UInt8] {
        let output: CollectedOutput
        do throws(CommandError) {
            output = try runner.collect(call, limit: Self.outputLimit)
        } catch {
            throw Self.failure(error)
        }
        if let failure = Self.failure(of: output.result) { throw failure }
        return output.bytes
    }

    private func lines(
        _ words: [String],
        _ splitter: LineSplitter,
        _ body: (Span<UInt8>) throws(ListingLineError) -> Void
    ) throws(S3Failure) {
        let call = try invocation(words, input: .nothing)
        var splitter = splitter
        var wrong: ListingLineError?
        let result: CommandResult
        do throws(CommandError) {
            result = try runner.run(call) { chunk in
                splitter.take(chunk) { line in
                    do throws(ListingLineError) {
                        try body(line)
                        return .goOn
                    } catch {
                        wrong = error
                        return .stop
                    }
                }
            }
        } catch {
            throw Self.failure(error)
        }
        if let wrong {
            throw S3Failure(wrong.description)
        }
        if let failure = Self.failure(of: result) { throw failure }
        if !splitter.endsWhole {
            let detail = "what it printed stops in the middle of a line"
            throw S3Failure(detail)
        }
    }

    private func invocation(
        _ words: [String],
        input: CommandInvocation.Input,
        changes: Bool = false
    ) throws(S3Failure) -> CommandInvocation {
        let limit = changes ? min(limit, Self.changeLimit) : limit
        var environment = CommandEnvironment(passing: operators)
        for (name, value) in settings.environment(over: operators, changes: changes) {
            environment[ObjectName(name)] = ObjectName(value)
        }
        do throws(CommandError) {
            let program = try Program.find(
                [ObjectName(words[0])],
                searchPath: ObjectName(operators["PATH"] ?? "")
            )
            return CommandInvocation(
                program,
                words.dropFirst().map { ObjectName($0) },
                environment: environment,
                input: input,
                limits: CommandLimits(total: limit, idle: .seconds(600)),
                // The step in hand is done to its end; a signal ends the run after it.
                isCancellable: false
            )
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: CommandError) -> S3Failure {
        S3Failure(error.cause, hint: error.hint)
    }

    private static func failure(of result: CommandResult) -> S3Failure? {
        if result.succeeded { return nil }
        return S3Failure(printed: result.errorOutput.text, ending: "\(result.ending)")
    }
}

/// What is known of the store's clock.
private final class StoreClock: Sendable {
    let isAhead = Atomic<Bool>(false)
}
