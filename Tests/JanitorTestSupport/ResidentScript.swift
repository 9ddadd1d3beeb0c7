// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A script that is started once and does many orders, a line of JSON each, until the tests end.
final class ResidentScript: Sendable {
    private struct State {
        let orders: FileHandle
        let answers: FileHandle
        var rest = Data()
    }

    private static let all = Mutex<[String: ResidentScript]>([:])
    private let state: Mutex<State>

    /// The one of a program and a script.
    static func shared(_ program: String, _ script: String) throws -> ResidentScript {
        try all.withLock { all in
            if let one = all[script] { return one }
            let one = try ResidentScript(program, script)
            all[script] = one
            return one
        }
    }

    private init(_ program: String, _ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Only this process has the other end: the script ends with it.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        state = Mutex(
            State(orders: input.fileHandleForWriting, answers: output.fileHandleForReading)
        )
    }

    /// Has an order carried out.
    ///
    /// - Parameter order: What the script reads; JSON.
    /// - Returns: What it says.
    /// - Throws: `TestServiceError` with why it could not be done.
    func answer(to order: [Any]) throws -> [UInt8] {
        let line = try JSONSerialization.data(withJSONObject: order) + Data("\n".utf8)
        let bytes = try state.withLock { state in
            try state.orders.write(contentsOf: line)
            return try Self.line(&state)
        }
        let answer = try JSONDecoder().decode([String?].self, from: bytes)
        guard let said = answer.first ?? nil else {
            throw TestServiceError(answer.last.flatMap(\.self) ?? "it said nothing")
        }
        return Array(said.utf8)
    }

    private static func line(_ state: inout State) throws -> Data {
        while true {
            if let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = state.rest[..<end]
                state.rest = Data(state.rest[(end + 1)...])
                return Data(line)
            }
            // What there is by now: `read(upToCount:)` waits for as much as it may give.
            let more = state.answers.availableData
            guard !more.isEmpty else {
                throw TestServiceError("the script beside the service has ended")
            }
            state.rest += more
        }
    }
}
