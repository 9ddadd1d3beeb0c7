// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where a command writes: results to one place, everything else to another.
struct Console {
    /// Takes bytes of results.
    let result: (UnsafeRawBufferPointer) -> Void
    /// Takes a message for people, without a line end.
    let message: (String) -> Void

    /// Writes text to the results.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { result(UnsafeRawBufferPointer($0)) }
    }

    /// The process's own standard output and standard error.
    ///
    /// A reader that went away ends the program quietly, as it does every program in a pipe.
    static var standard: Console {
        Console(
            result: { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
                    if count < 0 {
                        if errno == EINTR { continue }
                        if errno == EPIPE { exit(ExitCode.done.rawValue) }
                        // Nobody can be told on standard output that it cannot be written.
                        let why = "janitor: error: cannot write standard output\n"
                        _ = why.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
                        exit(ExitCode.failed.rawValue)
                    }
                    rest = rest.dropFirst(count)
                }
            },
            message: { text in
                let line = "janitor: \(text)\n"
                _ = line.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
            }
        )
    }
}
