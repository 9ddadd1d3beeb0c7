// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Foundation
internal import Glibc
internal import Planning
internal import Reporting
internal import SnapshotModel

/// What came of a command, in a few words and numbers.
struct RunSummary: Encodable {
    /// For people; what chats show of a webhook's message.
    private(set) var text = ""
    /// Its name.
    let command: String
    /// Where it ran.
    let host: String
    /// How it ended.
    let exitCode: Int32
    /// Things that a run took; nil where it came to none.
    private(set) var removed: Int?
    /// Their bytes.
    private(set) var removedBytes: Int64?
    /// Things that should have gone and are there still.
    private(set) var failed: Int?
    /// Snapshots that would go with the next run.
    private(set) var condemned: Int?
    /// Snapshots left alone.
    private(set) var leftAlone: Int?
    /// Jobs that a limit holds back.
    private(set) var limited: [String]?
    /// Why it did not work.
    let error: String?

    init(_ command: String, _ subject: Telling.Subject, _ code: ExitCode, error: String?) {
        self.command = command
        self.error = error
        exitCode = code.rawValue
        host = Self.hostName
        var said: [String] = []
        switch subject {
        case .nothing: break
        case .run(let plan, let report):
            removed = report.goneCount
            removedBytes = report.goneBytes
            failed = report.failedCount
            said.append("\(report.goneCount) taken, \(ByteText.text(report.goneBytes))")
            if report.failedCount > 0 { said.append("\(report.failedCount) could not be taken") }
            tell(plan, &said)
        case .report(let report):
            condemned = report.condemnedCount
            said.append("\(Counted.text(report.condemnedCount, "snapshot")) would go")
            tell(report.plan, &said)
        }
        // The hint behind an error is for whoever sits before the machine.
        if let first = error?.split(separator: "\n").first { said.append(String(first)) }
        said.append("exit code \(code.rawValue), \(code.meaning)")
        text = "janitor \(command) on \(host): \(said.joined(separator: "; "))"
    }

    private mutating func tell(_ plan: Plan, _ said: inout [String]) {
        let left = plan.snapshots.count { $0.verdict == .leave }
        leftAlone = left
        if left > 0 { said.append("\(Counted.text(left, "snapshot")) left alone") }
        let jobs = plan.jobs.filter { $0.limit != nil }.map(\.name)
        limited = jobs
        if !jobs.isEmpty { said.append("held back by a limit: \(jobs.joined(separator: ", "))") }
    }

    /// The summary as a webhook gets it.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(self)) ?? Data("{}".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
