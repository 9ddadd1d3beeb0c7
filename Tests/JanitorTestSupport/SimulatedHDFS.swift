// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
internal import Foundation
public import SnapshotModel
internal import Synchronization

/// A NameNode in memory, and `hdfs dfs` on it without a virtual machine: for what a real one cannot be
/// brought to in a second, such as a trash that was rolled, an encryption zone or another user.
///
/// It knows the words that the janitor uses, globs as Hadoop expands them, and prints what the client
/// of 3.4.2 prints. Whatever depends on what a client really prints is tried on a real one too.
public final class SimulatedHDFS: CommandRunner {
    /// What the client says of a move into the trash.
    public enum Saying: Sendable {
        /// Where it moved what.
        case all
        /// Where it moved what, but in the store behind a file system of views.
        case ofStoreBehind
        /// Nothing.
        case nothing
    }

    /// A file, or a directory.
    struct Node {
        var isDirectory: Bool
        var bytes: [UInt8] = []
        var milliseconds: Int64
    }

    struct State {
        var nodes: [String: Node] = ["/": Node(isDirectory: true, milliseconds: 0)]
        var home = "/user/flink"
        var zones: [String] = []
        /// A trash by rules of somebody's own.
        var oddTrash: String?
        var denied: Set<String> = []
        var saying = Saying.all
        var milliseconds: Int64
        var calls: [[String]] = []
        /// What the last call printed.
        var lastOutput: [UInt8] = []
    }

    /// What goes wrong with a call: gets its words from the shell's own command on; nil for nothing.
    public typealias Hook = @Sendable ([String]) -> Trouble?

    private let state: Mutex<State>
    private let hook = Mutex<Hook?>(nil)

    /// Makes an empty one.
    ///
    /// - Parameter now: The time of the NameNode and of its clients; a second later with every change.
    public init(at now: Instant) {
        state = Mutex(State(milliseconds: now.milliseconds))
    }

    // MARK: - What tests do to it

    /// Copies a local tree, with its times.
    public func load(_ directory: String, at path: String) throws {
        let manager = FileManager.default
        var found: [(String, Node)] = []
        for below in [""] + (try manager.subpathsOfDirectory(atPath: directory)) {
            let file = below.isEmpty ? directory : "\(directory)/\(below)"
            let attributes = try manager.attributesOfItem(atPath: file)
            let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            let isDirectory = attributes[.type] as? FileAttributeType == .typeDirectory
            let node = Node(
                isDirectory: isDirectory,
                bytes: isDirectory ? [] : Array(try Data(contentsOf: URL(filePath: file))),
                milliseconds: Int64(time * 1000)
            )
            found.append((below.isEmpty ? path : "\(path)/\(below)", node))
        }
        let all = found
        state.withLock { state in
            state.makeDirectories(path)
            for (path, node) in all { state.nodes[path] = node }
        }
    }

    /// Runs a command of the shell's as somebody at a terminal would.
    ///
    /// - Returns: What it printed, and what it said.
    @discardableResult
    public func shell(_ words: String...) -> String {
        let (output, errors, _) = state.withLock { $0.run(words) }
        return String(decoding: output, as: UTF8.self) + errors
    }

    /// Whether anything is there.
    public func isThere(_ path: String) -> Bool {
        state.withLock { $0.nodes[path] != nil }
    }

    /// Whether it is a directory.
    public func isDirectory(_ path: String) -> Bool {
        state.withLock { $0.nodes[path]?.isDirectory ?? false }
    }

    /// Every path below a directory, sorted.
    public func paths(below directory: String) -> [String] {
        state.withLock { $0.nodes.keys.filter { $0.hasPrefix("\(directory)/") }.sorted() }
    }

    /// What is in a file.
    public func bytes(of path: String) -> [UInt8]? {
        state.withLock { $0.nodes[path]?.bytes }
    }

    /// Writes a file and the directories above it.
    public func write(_ path: String, _ bytes: [UInt8] = []) {
        state.withLock { state in
            state.makeDirectories(StateOfHDFS.parent(path))
            state.milliseconds += 1000
            let node = Node(isDirectory: false, bytes: bytes, milliseconds: state.milliseconds)
            state.nodes[path] = node
        }
    }

    /// Copies a directory with all that is in it to where none is, and their times.
    public func copy(_ path: String, to target: String) {
        state.withLock { state in
            for (name, node) in state.nodes where name == path || name.hasPrefix("\(path)/") {
                state.nodes[target + name.dropFirst(path.count)] = node
            }
        }
    }

    /// What the trash's emptier does first on a server that has one: `Current` gets a name.
    public func rollTrash(to name: String) {
        state.withLock { state in
            state.move("\(state.home)/.Trash/Current", to: "\(state.home)/.Trash/\(name)")
        }
    }

    /// Lets the commands run as somebody with another home, who may not look into the first one's.
    public func becomeAnotherUser(home: String) {
        state.withLock { state in
            state.denied.insert("\(state.home)/.Trash")
            state.home = home
        }
    }

    /// Lets nobody look into a directory.
    public func deny(_ path: String) { _ = state.withLock { $0.denied.insert(path) } }

    /// Lets everybody look anywhere.
    public func allowAll() { state.withLock { $0.denied = [] } }

    /// Makes a directory an encryption zone.
    public func encrypt(_ path: String) { state.withLock { $0.zones.append(path) } }

    /// Lets a policy of somebody's own decide where what is thrown away goes.
    public func throwAway(into directory: String) { state.withLock { $0.oddTrash = directory } }

    /// Decides what the client says of moves.
    public func say(_ saying: Saying) { state.withLock { $0.saying = saying } }

    /// Sets the clock.
    public func setClock(_ now: Instant) { state.withLock { $0.milliseconds = now.milliseconds } }

    /// Lets something happen before each call; it may use the store itself.
    public func before(_ hook: Hook?) { self.hook.withLock { $0 = hook } }

    /// The calls so far, each from the shell's own command on.
    public var calls: [[String]] { state.withLock { $0.calls } }

    // MARK: - CommandRunner

    /// Runs a call.
    public func run(
        _ invocation: CommandInvocation,
        onStart: (ProcessGroup) -> CommandFlow,
        receive: (Span<UInt8>) -> CommandFlow
    ) throws(CommandError) -> CommandResult {
        guard onStart(ProcessGroup(id: Int32.max, start: 0)) == .goOn else {
            return CommandResult(.stopped(.caller))
        }
        let words = invocation.arguments.map(\.description)
        let start = words.firstIndex { StateOfHDFS.commands.contains($0) } ?? words.endIndex
        let call = Array(words[start...])
        let hook = hook.withLock { $0 }
        let trouble = hook?(call)
        let answer = state.withLock { state in
            state.calls.append(call)
            let answer = state.answer(call, trouble)
            state.lastOutput = answer.output
            return answer
        }
        if !answer.output.isEmpty, receive(answer.output.span) == .stop {
            return CommandResult(.stopped(.caller))
        }
        let said = ErrorOutput(Array(answer.errors.utf8), limit: invocation.limits.errorBytes)
        return CommandResult(answer.ending, errorOutput: said)
    }
}
