// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import HDFSStorage
internal import SnapshotModel
internal import Storage

/// What came of calls that change a store.
struct Changed {
    /// What they printed; the shell prints a line for each thing that it removed.
    var output: [UInt8] = []
    /// The last answer that was not clean; nil where all of them were.
    var failure: HadoopShell.Answer?
    /// Why one was not started at all, or its end is not known.
    var error: CommandError?
    /// Everything that was said on standard error.
    var said: [String] = []

    /// Everything was done, say the calls themselves.
    var isClean: Bool { failure == nil && error == nil }

    /// Why something was not done.
    func error(_ action: String, _ place: StorageURL) -> StorageError {
        if let failure { return StorageError(action, place, failure) }
        if let error { return StorageError(action, place, error) }
        let detail = "it is still there, and the store says nothing of it"
        return StorageError(.failed, action: action, place: place, detail: detail)
    }
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
    ///   - properties: Generic options of these calls alone.
    ///   - logging: How much they log.
    /// - Returns: What came of them; a call behind one that failed is still made.
    func change(
        _ words: [ObjectName],
        _ paths: [ObjectName],
        properties: [ObjectName] = [],
        logging: Logging = .errors
    ) -> Changed {
        var changed = Changed()
        guard !paths.isEmpty else { return changed }
        do throws(CommandError) {
            let plain = try invocation(words, properties: properties, logging: logging)
            for range in Self.batches(paths, of: plain, most: Self.mostChanged) {
                var call = plain
                call.arguments += paths[range]
                call.isCancellable = false
                let printed = changed.output.count
                let answer = try run(call) { chunk in
                    chunk.withUnsafeBufferPointer { changed.output += $0 }
                    let isTooMuch = changed.output.count - printed > Self.mostPrinted
                    return isTooMuch ? .stop : .goOn
                }
                changed.said += answer.complaints.lines
                if !answer.result.succeeded { changed.failure = answer }
            }
        } catch {
            changed.error = error
        }
        return changed
    }
}
