// SPDX-License-Identifier: Apache-2.0

internal import DemoTree
internal import Execution
internal import Glibc
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel
internal import Storage

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
        try make(top)
        try DemoTree.write(into: top, now: context.now)
        let file = "\(folder)/policy.json5"
        var text = DemoTree.policy(top: top)
        let output = try OutputFile(file, token: context.token)
        text.withUTF8 { output.write(UnsafeRawBufferPointer($0)) }
        try output.finish()
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: file)
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
        try make(folder)
        return folder
    }

    private static func make(_ folder: String) throws {
        guard mkdir(folder, 0o755) != 0 else { return }
        throw CommandFailure(
            code: .failed,
            message: "cannot make the folder \"\(folder)\": \(systemMessage(errno))\n"
                + "  hint: name one with --into DIR that is not there yet, in one that is"
        )
    }
}
