// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import ListingFiles
internal import Planning
internal import SnapshotModel
internal import Storage

/// Writes a listing of all roots of a policy to a file.
enum SavedListing {
    /// Lists and writes; says what could not be listed.
    static func write(
        to path: String,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let policy = try context.policy(arguments)
        let backends = context.backends(policy)
        let roster = Planner(policy: policy, readerFor: backends.reader(for:)).roster()
        let file = try OutputFile(path, token: context.token)
        var writer = JanitorListingWriter(at: context.now) { file.write($0) }
        var isPartial = !roster.unlistable.isEmpty
        for error in roster.unlistable { context.console.message("warning: \(error.withHint)") }
        for root in ScanRoot.outermost(of: roster.roots) {
            guard let reader = backends.reader(for: root) else {
                throw CommandFailure.noBackend(for: root)
            }
            guard case .incomplete(let errors) = writer.list(root, with: reader) else { continue }
            isPartial = true
            for error in errors { context.console.message("warning: \(error.withHint)") }
        }
        writer.finish()
        try file.finish()
        return isPartial ? .partial : .done
    }
}
