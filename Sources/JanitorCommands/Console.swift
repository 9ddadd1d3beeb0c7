// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where a command writes: results to one place, everything else to another.
struct Console {
    /// Takes bytes of results.
    let result: (UnsafeRawBufferPointer) -> Void
    /// Takes a message for people, without a line end.
    let message: (String) -> Void
    /// Makes a text for people what its reader can take.
    var shown: (String) -> String = { $0 }
    /// How wide the terminal of results is; nil where it is none.
    var columns: Int?
    /// Where it is told how far the command has come; nil where nobody sees it.
    var progress: Progress?
    /// Leaves the terminal as it was found.
    var finish: () -> Void = {}

    /// Writes text to the results.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { result(UnsafeRawBufferPointer($0)) }
    }

    /// Writes text for people to the results: as wide as a terminal, and in its colours.
    func show(_ text: String) {
        write(shown(text))
    }

    /// How wide sentences for people are: as a mail, where the terminal is not narrower.
    var textColumns: Int { min(100, columns ?? 100) }

    /// Writes a message to standard error.
    static func writeMessage(_ text: String) {
        let line = "janitor: \(text)\n"
        _ = line.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
    }

    /// The process's own standard output and standard error.
    ///
    /// When a reader went away, what else is written is dropped: what the command came to is in its
    /// exit code all the same.
    static func standard(_ environment: [String: String]) -> Console {
        var isOpen = true
        let progress =
            isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb" ? Progress() : nil
        let line = progress.map { ProgressLine($0, on: STDERR_FILENO) }
        let output = TerminalText(
            columns: Terminal.columns(of: STDOUT_FILENO),
            isColoured: Terminal.takesColours(STDOUT_FILENO, environment)
        )
        let messages = TerminalText(
            columns: nil,
            isColoured: Terminal.takesColours(STDERR_FILENO, environment)
        )
        return Console(
            result: { bytes in
                // Results come when the work is done.
                line?.finish()
                guard isOpen else { return }
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
                    if count < 0 {
                        if errno == EINTR { continue }
                        if errno == EPIPE {
                            isOpen = false
                            return
                        }
                        // Nobody can be told on standard output that it cannot be written.
                        let why = "janitor: error: cannot write standard output\n"
                        _ = why.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
                        exit(ExitCode.failed.rawValue)
                    }
                    rest = rest.dropFirst(count)
                }
            },
            message: { text in
                line?.hide()
                writeMessage(messages.message(text))
            },
            shown: output.shown,
            columns: output.columns,
            progress: progress,
            finish: { line?.finish() }
        )
    }
}
