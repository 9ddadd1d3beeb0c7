// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Reporting
internal import SnapshotModel

/// What the commands that say a way out have in common.
struct WaiverSaying {
    /// What it is said of; nil where those that hold are to be shown.
    let subject: ObjectName?
    /// Who says it, and why.
    let note: Waivers.Note
    /// What holds already.
    let waivers: Waivers

    private let command: String
    private let context: CommandContext
    private let next: NextCommand
    private let state: StateDirectory
    private let isJSON: Bool

    init(
        _ context: CommandContext,
        _ arguments: ParsedArguments,
        command: String,
        argument: String
    ) throws {
        self.command = command
        self.context = context
        next = context.next(arguments)
        state = try context.state(arguments)
        isJSON = arguments.has(.json)
        subject = arguments.arguments.first
        let because = arguments[.because]?.description ?? ""
        note = Waivers.Note.here(at: context.now, because: because)
        let isShowing = arguments.has(.list)
        let isBlank = because.allSatisfy(\.isWhitespace)
        guard isShowing == (subject == nil),
            isShowing || arguments.has(.remove) || !isBlank
        else {
            throw CommandFailure(
                code: .usage,
                message: "cannot \(command) without \(argument) and the reason\n"
                    + "  hint: write: janitor \(command) \(argument) --because TEXT, or "
                    + "--list, or \(argument) --remove"
            )
        }
        let (waivers, problem) = WaiverFile.read(state)
        if let problem {
            throw CommandFailure(
                code: .failed,
                message: "\(problem)\n  hint: move the file away, and say anew what is to hold"
            )
        }
        self.waivers = waivers
    }

    /// Makes sure that there is something to take back.
    func check(_ isThere: Bool, _ what: String) throws {
        guard !isThere else { return }
        throw CommandFailure(
            code: .usage,
            message: "cannot take back the \(what): there is none\n"
                + "  hint: see those that there are with: \(next.line(command, "--list"))"
        )
    }

    /// Remembers it.
    func add(_ event: WaiverEvent) throws {
        do throws(StateError) {
            try WaiverFile.append(event, to: state)
        } catch {
            throw CommandFailure(code: .failed, message: error.description)
        }
    }

    /// Prints what came of it, and where it is remembered.
    func say(_ text: String) {
        context.console.show(
            "\(text)\nkept in \(state.path), for runs and plans that use this state directory\n"
        )
    }

    /// Prints what holds.
    func show(_ list: WaiverList) {
        if isJSON {
            list.writeJSON(context.console.result)
        } else {
            context.console.show(list.text(in: state))
        }
    }
}
