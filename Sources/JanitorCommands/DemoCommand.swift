// SPDX-License-Identifier: Apache-2.0

internal import DemoTree
internal import Execution
internal import Foundation
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor demo`.
enum DemoCommand {
    static let spec = CommandSpec(
        name: "demo",
        arguments: "",
        argumentCount: 0...0,
        options: [.into],
        summary: "write a small tree with every kind of verdict, and plan it",
        details: """
            Writes savepoints and checkpoints of three made-up jobs into a new temporary folder (or
            into DIR), with a policy beside them, and prints the plan for them. Plan and run it
            yourself afterwards: the commands are printed below the plan.
            """,
        never: "touch anything outside the folder that it makes, or remove the folder.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let folder = try makeFolder(context, arguments)
        let top = "\(folder)/tree"
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: false)
        try DemoTree.write(into: top, now: context.now)
        let file = "\(folder)/policy.json5"
        try Data(DemoTree.policy(top: top).utf8).write(to: URL(filePath: file))
        let policy = try PolicyDecoder.decode(
            Array(DemoTree.policy(top: top).utf8),
            source: file
        )
        let planner = Planner(policy: policy, readerFor: context.backends(policy).reader(for:))
        let plan = planner.plan(at: context.now, memory: PlanningMemory()).plan
        context.console.show("wrote a tree of three jobs into \(folder)\n\n")
        context.console.show(PlanText(plan, columns: context.console.textColumns).text)
        let next = NextCommand(policy: ObjectName(file), state: ObjectName("\(folder)/state"))
        context.console.show(
            """

            now try, with \(file):
              \(next.line("plan"))
              \(next.line("run"))

            """
        )
        return .done
    }

    private static func makeFolder(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> String {
        let given = try arguments[.into].map { try context.file($0) }
        let base = context.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let folder = given ?? "\(base)/janitor-demo-\(context.token.prefix(8))"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false
            )
        } catch {
            throw CommandFailure(
                code: .failed,
                message: "cannot make the folder \"\(folder)\": "
                    + (error as NSError).localizedDescription
                    + "\n  hint: name one that is not there yet with --into DIR"
            )
        }
        return folder
    }
}
