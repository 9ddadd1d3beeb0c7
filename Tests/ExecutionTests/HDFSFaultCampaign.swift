// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import FlinkMetadata
import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// A command on a simulated HDFS that some call of the client goes wrong in, and the next one after it.
struct HDFSFaultCampaign {
    /// What is disturbed.
    enum Command: String, CaseIterable, Sendable {
        case removal, trashing, undo, emptying
    }

    /// How a command ended.
    enum End: CustomStringConvertible {
        /// All was done: exit code 0.
        case done
        /// Something was left, and it says so: 3.
        case partial(String)
        /// It touched nothing: 1, 2, 4 or 5.
        case nothing(String)

        var description: String {
            switch self {
            case .done: "done"
            case .partial(let why): "partial: \(why)"
            case .nothing(let why): "nothing: \(why)"
            }
        }

        var isDone: Bool { if case .done = self { true } else { false } }
    }

    /// Every way in which a call goes wrong.
    static let troubles: [SimulatedHDFS.Trouble] =
        [
            .says("ls: Call From x to nn:8020 failed: Connection refused"),
            .ends(.exited(255)), .ends(.signalled(11)), .ends(.stopped(.total(.seconds(60)))),
            .ends(.stopped(.idle(.seconds(60)))), .ends(.stopped(.heldOpen)),
            .doesAndEnds(.stopped(.total(.seconds(60)))), .doesAndEnds(.exited(1)),
            .saysMore, .answersOther, .doesNothing, .claims, .losesAnswer,
            .cutsOff(after: 1), .cutsOff(after: 3), .cutsOffBytes(thousandths: 500, 1),
        ] + [1, 250, 700, 990].map { .cutsOffBytes(thousandths: $0, 0) }

    let command: Command
    private let shop: HDFSWorkshop
    private let before: [String: [UInt8]]
    private let first: Int
    private var run: String?

    /// Everything that is ready for the command.
    init(_ command: Command) throws {
        self.command = command
        shop = try HDFSWorkshop(trash: command == .removal ? "0d" : "7d", isSharing: true)
        if command == .undo || command == .emptying { run = try shop.run("11").run }
        before = Self.files(shop.store)
        first = shop.store.calls.count
    }

    /// Every file of the tree, and of the trash.
    var files: [String: [UInt8]] { Self.files(shop.store) }
    /// How many calls the command made so far.
    var callCount: Int { shop.store.calls.count - first }
    /// What belongs to locks.
    var locks: [String] {
        shop.store.paths(below: "/flink").filter { $0.contains("/.janitor-lock") }
    }

    /// Takes away the locks that the command could not give back: they name this process as their owner,
    /// which lives, where a command's own would be gone.
    func forgetLocks() {
        for path in locks where path.hasSuffix("/.janitor-lock") {
            shop.store.shell("-rm", "-r", "-skipTrash", path)
        }
    }

    private static func files(_ store: SimulatedHDFS) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in store.paths(below: "/flink") + store.paths(below: "/user")
        where !store.isDirectory(path) && !path.contains("/.janitor-lock") {
            files[path] = store.bytes(of: path)
        }
        return files
    }

    /// The words of the call that goes wrong, for whoever reads of it.
    func words(ofCall call: Int) -> String {
        let calls = shop.store.calls.dropFirst(first)
        return calls.count < call ? "" : calls[first + call - 1].joined(separator: " ")
    }

    /// Lets one call go wrong, or none.
    func disturb(_ call: Int?, _ trouble: SimulatedHDFS.Trouble) {
        guard let call else { return shop.store.before(nil) }
        let (store, first) = (shop.store, first)
        store.before { _ in store.calls.count - first + 1 == call ? trouble : nil }
    }

    /// Carries the command out.
    func act(_ token: String, minutes: Int64 = 0) throws -> End {
        let environment = try shop.environment(token, minutes: minutes)
        switch command {
        case .removal, .trashing:
            switch JanitorRun(environment).run() {
            case .finished(let plan, let report):
                if plan.isPartial { return .partial("\(plan.findings)") }
                return Self.end(report)
            case .locked(let why), .refused(let why), .unsound(let why), .failed(let why):
                return .nothing(why)
            }
        case .undo:
            return Self.end(Undo(environment).undo(run ?? "", only: [])) { Self.end($0.report) }
        case .emptying:
            return Self.end(EmptyTrash(environment).empty([])) { emptied in
                emptied.heldCount > 0 ? .partial("held") : Self.end(emptied.report)
            }
        }
    }

    private static func end<Report>(
        _ outcome: TrashOutcome<Report>,
        _ end: (Report) -> End
    ) -> End {
        switch outcome {
        case .finished(let finished): end(finished)
        case .refused(let refusal): .nothing(refusal.cause)
        case .unsound(let why), .doubted(let why), .locked(let why), .failed(let why): .nothing(why)
        }
    }

    private static func end(_ report: RunReport) -> End {
        let isPartial =
            report.failedCount > 0 || report.emptied.contains { !$0.isGone } || report.hasLeft
            || report.isCutShort || report.stateError != nil
        return isPartial ? .partial("\(report)") : .done
    }

    // MARK: Laws

    /// What is wrong whenever it is looked at.
    ///
    /// - Parameter expected: What an undisturbed command leaves.
    /// - Returns: The problems, in words.
    func violations(expected: [String: [UInt8]]) -> [String] {
        let now = files
        var problems: [String] = []
        for (path, bytes) in before where expected[path] == bytes && now[path] != bytes {
            problems.append("law 1: \(path), which stays, is gone or changed")
        }
        for (path, bytes) in now where before[path] != bytes && expected[path] != bytes {
            let isOurs = path.hasPrefix("/user/") || path.contains("/.janitor-")
            if !isOurs { problems.append("\(path) is new") }
        }
        for (path, bytes) in now where path.hasSuffix("/_metadata") {
            for missing in Self.missing(of: path, bytes, in: now) {
                problems.append("laws 1 and 5: \(path) looks whole without \(missing)")
            }
        }
        return problems
    }

    /// What is wrong at the end.
    func differences(expected: [String: [UInt8]]) -> [String] {
        let now = files
        return violations(expected: expected)
            + now.keys.filter { expected[$0] == nil }.sorted().map { "\($0) is still there" }
            + expected.keys.filter { now[$0] == nil }.sorted().map { "\($0) is not there" }
    }

    /// Whether nothing was taken or brought back.
    var isUntouched: Bool { files == before }

    /// What a snapshot needs and neither the tree nor the trash has.
    private static func missing(
        of metadata: String,
        _ bytes: [UInt8],
        in files: [String: [UInt8]]
    ) -> [String] {
        var source = MemoryByteSource(bytes)
        guard let read = try? MetadataReader.read(&source) else { return ["a reader's consent"] }
        let directory = metadata.dropLast("/_metadata".count)
        let trash = "/user/flink/.Trash/Current"
        return read.references.map { reference in
            let written = reference.path.written.description
            if reference.path.isRelative { return "\(directory)/\(written)" }
            let position = written.range(of: "/cp/")?.lowerBound ?? written.startIndex
            return "/flink\(written[position...])"
        }
        .filter { files[$0] == nil && files[trash + $0] == nil }
    }
}
