// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import FlinkMetadata
internal import Reporting
internal import SnapshotModel
internal import Storage

/// `janitor inspect`.
enum InspectCommand {
    static let spec = CommandSpec(
        name: "inspect",
        arguments: "PATH",
        argumentCount: 1...1,
        options: [.json, .policy, .state],
        summary: "say what a snapshot's metadata say",
        details: """
            Reads the metadata file PATH, or "_metadata" in the directory PATH, and prints its
            operators, properties and the files that it references. Needs no policy.
            """,
        never: "look whether the files are there (see \"janitor verify\"), or change anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let place = try context.place(arguments.arguments[0])
        let backends = context.backends(try context.policyWhereThereIsOne(arguments))
        guard let reader = backends.reader(for: place.parent) else {
            throw CommandFailure.noBackend(for: place)
        }
        var file = place
        if place.path.last != FlinkNames.metadata,
            (try? reader.subdirectories(of: place)) != nil
        {
            file = place.appending(FlinkNames.metadata)
        }
        let metadata = try read(file, with: reader)
        let report = InspectReport(metadata, directory: file.parent)
        if arguments.has(.json) {
            report.writeJSON(context.console.result)
        } else {
            context.console.show(report.text)
        }
        return .done
    }

    private static func read(
        _ file: StorageURL,
        with reader: any StorageReader
    ) throws -> SnapshotMetadata {
        var metadata: SnapshotMetadata?
        var failure: String?
        reader.read([file]) { _, result in
            switch consume result {
            case .success(var source):
                do throws(MetadataError) {
                    metadata = try MetadataReader.read(&source)
                } catch {
                    failure =
                        "cannot read the metadata \"\(file)\": \(error)\n"
                        + "  hint: name a snapshot's directory or its \"_metadata\"; \"janitor "
                        + "verify\" tells what is whole"
                }
            case .failure(let error): failure = error.withHint
            }
        }
        guard let metadata else {
            throw CommandFailure(code: .failed, message: failure ?? "cannot read \"\(file)\"")
        }
        return metadata
    }
}
