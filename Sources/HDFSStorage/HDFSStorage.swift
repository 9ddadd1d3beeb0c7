// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel
public import Storage

/// HDFS, and whatever else Hadoop's file system shell reaches: the half that only looks.
///
/// Names that the shell cannot be given exactly are refused by name. Times of metadata and of roots
/// are to the millisecond, those of other files in whole minutes. There are no symbolic links.
public struct HDFSStorage: StorageReader {
    let shell: HadoopShell
    let spoolDirectory: String
    let times = KnownTimes()
    let trashNames = TrashNames()
    let expected: ExpectedListings
    /// What listings end with while this process holds locks.
    package let seal = ListingSeal()
    /// What lies in the user's trash.
    let trashed: @Sendable () throws -> TrashedPlaces
    /// Waits before a call is tried again.
    let pause: @Sendable (Duration) -> Void

    /// Makes a reader of one store; one for the whole of a command, since it remembers times.
    ///
    /// - Parameters:
    ///   - shell: The store's shell.
    ///   - spoolDirectory: Where output is kept until it is known to be whole.
    ///   - trashed: Tells what earlier runs moved into the user's trash. What throws is unknown:
    ///     whatever may lie there then makes a listing incomplete.
    ///   - clock: Measures how old a look is.
    ///   - pause: Waits before a call is tried again.
    public init(
        shell: HadoopShell,
        spoolDirectory: String,
        trashed: @escaping @Sendable () throws -> TrashedPlaces = { .none },
        clock: MonotonicClock = .system,
        pause: @escaping @Sendable (Duration) -> Void
    ) {
        expected = ExpectedListings(clock: clock)
        self.shell = shell
        self.spoolDirectory = spoolDirectory
        self.trashed = trashed
        self.pause = pause
    }

    /// A millisecond, which is what the times of metadata have.
    public var timeResolution: Int64 { 1_000_000 }

    /// HDFS keeps the trash of a user in the user's home directory.
    public var hasTrashElsewhere: Bool { true }

    /// The NameNode's own interval, where it has one: by that it empties every trash.
    ///
    /// Source: `TrashPolicyDefault.Emptier`, which runs in the NameNode, and `Trash` of the client,
    /// which takes the server's interval before its own (2.7.4 and 3.4.2). `hdfs getconf -confKey
    /// fs.trash.interval` gives the client's configuration, so no command line tells it.
    public var trashLimit: String? { "the NameNode's own fs.trash.interval" }

    /// Whatever lies in the same store.
    public func serves(_ place: StorageURL) -> Bool { shell.reaches(place) }

    /// None: HDFS has no symbolic links that are switched on.
    ///
    /// Source: HADOOP-10020 switched them off for good in 2.2.
    public func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] {
        []
    }

    /// Names the directories directly in a directory.
    public func subdirectories(
        of directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        try subdirectories(ofEach: [directory])[0].get()
    }

    /// Runs a call that only looks, once more where it failed for no reason of the places'.
    ///
    /// - Parameters:
    ///   - invocation: The call without the paths.
    ///   - paths: What it is given.
    ///   - most: The most bytes that it can have to print; what prints more is ended.
    /// - Returns: The output and what came of the call.
    /// - Throws: Why there was none, in words.
    func look(
        _ invocation: CommandInvocation,
        _ paths: ArraySlice<ObjectName>,
        most: Int64 = .max
    ) throws(ShellFailure) -> Looked {
        var call = invocation
        call.arguments += paths
        var isSecond = false
        while true {
            var spool = try spool()
            let answer: HadoopShell.Answer
            do throws(CommandError) {
                answer = try shell.run(call) { chunk in
                    spool.append(chunk) && spool.length <= most ? .goOn : .stop
                }
            } catch {
                throw ShellFailure(detail: error.description)
            }
            if spool.problem != 0 {
                throw ShellFailure(detail: SpoolError(spoolDirectory, spool.problem).detail)
            }
            if isSecond || !answer.mayPass { return Looked(spool: spool, answer: answer) }
            isSecond = true
            pause(.seconds(2))
        }
    }

    private func spool() throws(ShellFailure) -> SpoolFile {
        do throws(SpoolError) {
            return try SpoolFile(in: spoolDirectory)
        } catch {
            throw ShellFailure(detail: error.detail)
        }
    }
}

/// Why a call gave nothing at all.
struct ShellFailure: Error {
    let detail: String

    func error(_ action: String, _ place: StorageURL) -> StorageError {
        StorageError(.failed, action: action, place: place, detail: detail)
    }
}

/// The output of a call that looked.
struct Looked: ~Copyable {
    var spool: SpoolFile
    let answer: HadoopShell.Answer

    /// The output is whole: the call ended well and said nothing, or nothing but that some of the
    /// places that it was given are not there.
    ///
    /// - Parameter given: The paths that it was given.
    /// - Returns: False where anything else was said.
    func isWhole(given: Set<ObjectName>) -> Bool {
        guard spool.endsWhole, !answer.complaints.isCutShort else { return false }
        if answer.isClean { return true }
        return answer.result.ending == .exited(1) && answer.complaints.others.isEmpty
            && !answer.complaints.missing.isEmpty
            && answer.complaints.missing.isSubset(of: given)
    }
}

extension HadoopShell.Answer {
    /// It ran for as long as it may, and one like it would do so again.
    package var ranTooLong: Bool {
        if case .stopped(.total) = result.ending { return true }
        return false
    }

    /// It failed for a reason that may be over in a moment: nobody answered.
    var mayPass: Bool {
        guard !result.succeeded else { return false }
        let marks = [
            "Connection refused", "Connection reset", "failed on socket timeout",
            "Broken pipe", "Operation category READ is not supported in state standby",
            "Could not obtain block",
        ]
        return complaints.lines.contains { line in marks.contains { line.contains($0) } }
    }
}
