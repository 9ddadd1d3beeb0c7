// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// Why a child could not become the program that it was started for.
struct ExecutionFailure {
    let step: Int32
    let number: Int32

    /// The failure in the words of the call.
    func error(for invocation: CommandInvocation) -> CommandError {
        let program = invocation.program
        let message = systemMessage(number)
        func error(_ reason: CommandError.Reason, _ detail: String) -> CommandError {
            CommandError(reason, command: program.name, detail: detail)
        }
        switch UInt32(bitPattern: step) {
        case JANITOR_STEP_DIRECTORY.rawValue:
            let place = invocation.workingDirectory
            return error(.noDirectory, "its directory \"\(place)\" cannot be entered: \(message)")
        case JANITOR_STEP_EXECUTE.rawValue: break
        default: return error(.system, message)
        }
        switch number {
        case ENOENT:
            // The kernel says the same of a missing file and of a missing interpreter of one.
            let isThere = program.path.withCString { access($0, F_OK) } == 0
            return isThere
                ? error(.noInterpreter, "the interpreter of \"\(program.path)\" is not there")
                : error(.notFound, "\"\(program.path)\" is not there any more")
        case EACCES, EPERM, ENOEXEC, EISDIR, ENOTDIR, ELOOP, ETXTBSY, ELIBBAD:
            return error(.notExecutable, "\"\(program.path)\": \(message)")
        case E2BIG: return error(.listTooLong, message)
        default: return error(.system, "\"\(program.path)\": \(message)")
        }
    }
}
