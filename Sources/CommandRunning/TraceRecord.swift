// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// What is written down about one call.
struct TraceRecord: Encodable {
    private let at: String
    private let program: String
    private let arguments: [String]
    private let directory: String
    private let set: [String: String]
    private let unset: [String]
    private let input: Int
    /// The process group.
    var group: Int32?
    /// Why nothing was started, or its end is not known.
    var error: String?
    private var ending: String?
    private var outputBytes: Int64?
    private var errorBytes: Int64?
    private var milliseconds: Int?

    /// Describes a call that begins.
    init(_ invocation: CommandInvocation, operators: CommandEnvironment, at time: Instant) {
        let mask = SecretMask(invocation.environment)
        at = time.description
        program = invocation.program.path.description
        arguments = mask.words(invocation.program.leading + invocation.arguments)
        directory = invocation.workingDirectory.description
        let variables = invocation.environment.variables
        let changed = variables.filter { operators.variables[$0.key] != $0.value }
        set = Dictionary(
            changed.map { ($0.key.description, mask.value(of: $0.key, $0.value)) },
            uniquingKeysWith: { first, _ in first }
        )
        unset = operators.variables.keys.filter { variables[$0] == nil }.sorted().map(\.description)
        if case .bytes(let bytes) = invocation.input { input = bytes.count } else { input = 0 }
    }

    /// Adds how it ended.
    mutating func note(_ result: CommandResult) {
        ending = result.ending.description
        outputBytes = result.outputBytes
        errorBytes = result.errorOutput.total
        milliseconds = Int(result.duration / .milliseconds(1))
    }

    /// The record as one line.
    var line: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return [] }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
