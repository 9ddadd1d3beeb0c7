// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs a command and tells whether it ended well.
func run(_ command: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

/// The id of a process that has ended and is reaped.
func deadProcess() -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/true")
    guard (try? process.run()) != nil else { return 0 }
    process.waitUntilExit()
    return process.processIdentifier
}
