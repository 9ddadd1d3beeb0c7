// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import HDFSStorage
import Policy
import S3Storage
import SnapshotModel
import Storage

/// What Hadoop's shell answers to whoever looks: `-ls -R` with times by `-stat`, and what is not there.
public struct HDFSAnswersSubject: FuzzSubject {
    /// Its name.
    public static let name = "hdfs-answers"

    private let roots = ["/flink/cp", "/flink/sp"].map {
        StorageURL(scheme: "hdfs", authority: "nn", path: $0)
    }

    /// Answers of 2.7 and 3.4, with their exit codes.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/hdfs-answers", endingIn: ".txt")
    }

    /// Makes one.
    public init() {}

    /// What is said does not depend on how it comes, and a failure that names nothing proves nothing.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let found = found(input, piece: max(1, input.count))
        guard found == self.found(input, piece: 1 + input.number(below: 61)) else {
            return "in pieces it says something else"
        }
        return found.brokenLaw(isFailure: DialogueRunner(input, piece: 1).onlyFails)
    }

    private func found(_ input: [UInt8], piece: Int) -> StoreAnswers {
        var answers = StoreAnswers(roots)
        answers.ask { storage(DialogueRunner(input, piece: piece)) }
        return answers
    }

    private func storage(_ runner: DialogueRunner) -> HDFSStorage {
        let settings = HadoopShell.Settings(
            command: ["/bin/true"],
            options: [],
            javaOptions: [],
            timeLimit: .seconds(60),
            environment: CommandEnvironment(whole: [])
        )
        let shell = HadoopShell(store: roots[0], settings: settings, runner: runner)
        return HDFSStorage(shell: shell, spoolDirectory: ScratchFile.top) { _ in }
    }
}

/// What `aws` and `s5cmd` answer to whoever looks at a bucket.
public struct S3AnswersSubject: FuzzSubject {
    /// Its name.
    public static let name = "s3-answers"

    private let roots = ["/flink/cp", "/flink/sp"].map {
        StorageURL(scheme: "s3", authority: "flink", path: $0)
    }

    /// Answers of both clients, with their exit codes.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/s3-answers", endingIn: ".txt")
    }

    /// Makes one.
    public init() {}

    /// What is said does not depend on how it comes, and a failure that names nothing proves nothing.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let isFailure = DialogueRunner(input, piece: 1).onlyFails
        for client in S3StoreSettings.Client.allCases {
            let found = found(input, client, piece: max(1, input.count))
            guard found == self.found(input, client, piece: 1 + input.number(below: 61)) else {
                return "\(client): in pieces it says something else"
            }
            if let law = found.brokenLaw(isFailure: isFailure) { return "\(client): \(law)" }
        }
        return nil
    }

    private func found(
        _ input: [UInt8],
        _ client: S3StoreSettings.Client,
        piece: Int
    ) -> StoreAnswers {
        var answers = StoreAnswers(roots)
        answers.ask { storage(client, DialogueRunner(input, piece: piece)) }
        return answers
    }

    private func storage(
        _ client: S3StoreSettings.Client,
        _ runner: DialogueRunner
    ) -> S3Storage {
        let settings = S3StoreSettings(client: client, aws: ["/bin/true"], s5cmd: ["/bin/true"])
        let calls = S3Calls(settings: settings, runner: runner, environment: [:])
        return S3Storage(calls: calls, clock: .system)
    }
}

/// All that a reader makes of the answers to its calls.
private struct StoreAnswers: Equatable {
    private let roots: [StorageURL]
    private var entries: [[ListedEntry]] = []
    private var outcomes: [ListingOutcome] = []
    private var others: [String] = []

    init(_ roots: [StorageURL]) { self.roots = roots }

    /// What is wrong with it.
    ///
    /// - Parameter isFailure: Whether every call failed and said nothing.
    /// - Returns: The law that does not hold; nil where all do.
    func brokenLaw(isFailure: Bool) -> String? {
        for entry in entries.joined() {
            if entry.size < 0 { return "\"\(entry.path)\" has \(entry.size) bytes" }
            if entry.path.first == UInt8(ascii: "/"), entry.kind == .file {
                return "\"\(entry.path)\" does not lie below its root"
            }
        }
        guard isFailure else { return nil }
        let isProof = outcomes.contains { outcome in
            if case .incomplete = outcome { false } else { true }
        }
        return isProof ? "a client that fails and says nothing proves what is there" : nil
    }

    /// Asks a reader for everything that it can be asked for, each time from the first answer on.
    mutating func ask(_ makeReader: () -> some StorageReader) {
        var sink = EntryLists(count: roots.count)
        outcomes = makeReader().list(roots, into: &sink)
        entries = sink.entries
        let objects = [roots[0].appending("chk-1/_metadata"), roots[0].appending("shared/a")]
        others = makeReader().status(of: objects).map { "\($0)" }
        others += makeReader().subdirectories(ofEach: roots).map { "\($0)" }
        others.append("\(makeReader().trash(at: roots[0]))")
        others.append("\(Result { try makeReader().oldVersions(below: roots[0]).map { "\($0)" } })")
    }
}
