// SPDX-License-Identifier: Apache-2.0

public import CommandRunning

extension SimulatedHDFS {
    /// What happens to a call instead of what it is for.
    public enum Trouble: Sendable, CustomStringConvertible {
        /// It does nothing, says this and ends with 1.
        case says(String)
        /// It does nothing and does not end by itself.
        case ends(CommandEnding)
        /// It does all, prints so many lines of what it has to print, and ends as if nothing was wrong.
        case cutsOff(after: Int)
        /// It does all, prints so many thousandths of the bytes that it has to print, and ends so.
        case cutsOffBytes(thousandths: Int, Int32)
        /// It does all, and around what it has to print stands something else.
        case saysMore
        /// It does nothing and prints what the call before printed, as if that was the answer.
        case answersOther
        /// It does nothing, prints nothing and ends well.
        case doesNothing
        /// It does nothing, and prints what it would have printed.
        case claims
        /// It does all, prints nothing and ends with 1.
        case losesAnswer
        /// It does all and prints all, and ends so.
        case doesAndEnds(CommandEnding)

        /// Whether it says that something was done which was not.
        public var isClaim: Bool { if case .claims = self { true } else { false } }

        /// It in a few words.
        public var description: String {
            switch self {
            case .says(let text): "says \(text)"
            case .ends(let ending): "\(ending)"
            case .cutsOff(let lines): "cut off after \(lines) lines"
            case .cutsOffBytes(let thousandths, let code):
                "cut off after \(thousandths) thousandths, code \(code)"
            case .saysMore: "says more"
            case .answersOther: "answers what another call asked"
            case .doesNothing: "does nothing"
            case .claims: "claims to have done it"
            case .losesAnswer: "does it, and the answer is lost"
            case .doesAndEnds(let ending): "does it, \(ending)"
            }
        }
    }

    /// What came of a call.
    struct Answer {
        var output: [UInt8] = []
        var errors = ""
        var ending = CommandEnding.exited(0)
    }
}

extension SimulatedHDFS.State {
    /// Runs a call with which something is wrong, or nothing.
    mutating func answer(
        _ call: [String],
        _ trouble: SimulatedHDFS.Trouble?
    ) -> SimulatedHDFS.Answer {
        let before = self
        let (output, errors, code) = run(call)
        let whole = SimulatedHDFS.Answer(output: output, errors: errors, ending: .exited(code))
        guard let trouble else { return whole }
        switch trouble {
        case .says, .ends, .answersOther, .doesNothing, .claims: self = before
        case .cutsOff, .cutsOffBytes, .saysMore, .losesAnswer, .doesAndEnds: break
        }
        switch trouble {
        case .says(let text):
            return SimulatedHDFS.Answer(errors: text + "\n", ending: .exited(1))
        case .ends(let ending): return SimulatedHDFS.Answer(ending: ending)
        case .cutsOff(let count):
            let lines = output.split(separator: 0x0A).prefix(count)
            return SimulatedHDFS.Answer(output: lines.flatMap { $0 + [0x0A] })
        case .cutsOffBytes(let thousandths, let code):
            let count = output.count * thousandths / 1000
            return SimulatedHDFS.Answer(output: Array(output.prefix(count)), ending: .exited(code))
        case .saysMore:
            let front = "WARN util.NativeCodeLoader: Unable to load native-hadoop library\n"
            let back = "There are 3 messages in your mailbox.\n"
            return SimulatedHDFS.Answer(
                output: Array(front.utf8) + output + Array(back.utf8),
                errors: errors,
                ending: .exited(code)
            )
        case .answersOther: return SimulatedHDFS.Answer(output: before.lastOutput)
        case .doesNothing: return SimulatedHDFS.Answer()
        case .claims: return whole
        case .doesAndEnds(let ending):
            return SimulatedHDFS.Answer(output: output, errors: errors, ending: ending)
        case .losesAnswer:
            let errors = "the connection was lost\n"
            return SimulatedHDFS.Answer(errors: errors, ending: .exited(1))
        }
    }
}
