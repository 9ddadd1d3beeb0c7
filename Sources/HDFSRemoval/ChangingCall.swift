// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import HDFSStorage
internal import SnapshotModel
internal import Storage

/// What came of calls that change a store.
struct Changed {
    /// What they printed; the shell prints a line for each thing that it removed.
    var output: [UInt8] = []
    /// What they answered, in order.
    var answers: [HadoopShell.Answer] = []
    /// Why one was not started at all, or its end is not known.
    var error: CommandError?

    /// The answers that did not end well.
    var failures: [HadoopShell.Answer] { answers.filter { !$0.result.succeeded } }

    /// What each call said on standard error.
    var complaints: [ShellComplaints] { answers.map(\.complaints) }

    /// Everything that was said on standard error.
    var said: [String] { complaints.flatMap(\.lines) }

    /// The first complaint that names a path or a place that holds it.
    func line(about path: ObjectName) -> String? {
        complaints.lazy.compactMap { $0.line(about: path) }.first
    }

    /// Everything was done, say the calls themselves.
    var isClean: Bool { failures.isEmpty && error == nil }

    /// Everything was done, and nothing was complained of: who loses exit codes does not lose that.
    var isSilent: Bool { isClean && complaints.allSatisfy(\.isEmpty) }

    /// Why something was not done: by a failure that names it, or by the last one; where exit codes get
    /// lost, by what was complained of.
    func error(_ action: String, _ place: StorageURL) -> StorageError {
        let naming = { (answer: HadoopShell.Answer) in
            answer.complaints.line(about: place.path) != nil
        }
        if let failure = failures.first(where: naming) ?? failures.last {
            return StorageError(action, place, failure)
        }
        if let error { return StorageError(action, place, error) }
        if let complaint = answers.first(where: naming) ?? answers.last(where: \.isComplaint) {
            return StorageError(action, place, complaint)
        }
        let detail = "it is still there, and the store says nothing of it"
        return StorageError(.failed, action: action, place: place, detail: detail)
    }
}

extension HadoopShell.Answer {
    fileprivate var isComplaint: Bool { !complaints.isEmpty }
}

extension HadoopShell {
    /// The most bytes that a call prints.
    ///
    /// Of each path it prints a few lines, and all paths of a call together are as many bytes as Linux
    /// takes, a few MiB: what prints more does something else.
    private static let mostPrinted = 64 << 20

    /// Runs calls that change the store, never twice; a signal waits for the one in hand.
    ///
    /// - Parameters:
    ///   - words: The shell's command with its options.
    ///   - paths: What it is given; as many calls as they need.
    ///   - target: What comes behind the paths of every call: where they are moved to.
    ///   - properties: Generic options of these calls alone.
    ///   - logging: How much they log.
    /// - Returns: What came of them; a call behind one that failed is still made.
    func change(
        _ words: [ObjectName],
        _ paths: [ObjectName],
        into target: ObjectName? = nil,
        properties: [ObjectName] = [],
        logging: Logging = .errors
    ) -> Changed {
        var changed = Changed()
        guard !paths.isEmpty else { return changed }
        do throws(CommandError) {
            let plain = try invocation(words, properties: properties, logging: logging)
            let last = target.map { [$0] } ?? []
            var whole = plain
            whole.arguments += last
            for range in Self.batches(paths, of: whole, most: Self.mostChanged) {
                var call = plain
                call.arguments += paths[range] + last
                call.isCancellable = false
                let printed = changed.output.count
                let answer = try run(call) { chunk in
                    chunk.withUnsafeBufferPointer { changed.output += $0 }
                    let isTooMuch = changed.output.count - printed > Self.mostPrinted
                    return isTooMuch ? .stop : .goOn
                }
                changed.answers.append(answer)
            }
        } catch {
            changed.error = error
        }
        return changed
    }
}
