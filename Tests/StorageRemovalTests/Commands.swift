// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport

/// Runs a command and tells whether it ended well.
func run(_ command: String, _ arguments: String...) -> Bool {
    (try? TestCommand.run([command] + arguments))?.code == 0
}

/// The id of a process that has ended and is reaped.
func deadProcess() -> Int32 {
    (try? TestCommand.run(["true"]))?.process ?? 0
}
