// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import SnapshotModel

/// Children of tests: scripts of `/bin/sh`.
enum Shell {
    static let environment = CommandEnvironment(passing: ["PATH": "/usr/bin:/bin"])
    static let runner = ProcessRunner(clock: .system)

    static func call(
        _ script: String,
        _ arguments: [ObjectName] = [],
        input: CommandInvocation.Input = .nothing,
        limits: CommandLimits = .init(total: .seconds(600), grace: .milliseconds(300))
    ) -> CommandInvocation {
        CommandInvocation(
            Program(path: "/bin/sh", leading: ["-c", ObjectName(script), "sh"]),
            arguments,
            environment: environment,
            input: input,
            limits: limits
        )
    }

    static func collect(
        _ script: String,
        _ arguments: [ObjectName] = [],
        input: CommandInvocation.Input = .nothing,
        limits: CommandLimits = .init(total: .seconds(600), grace: .milliseconds(300))
    ) throws -> CollectedOutput {
        try runner.collect(call(script, arguments, input: input, limits: limits))
    }
}
