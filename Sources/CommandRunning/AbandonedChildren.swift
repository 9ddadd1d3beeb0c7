// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The children that a process of this machine left behind when it was killed.
///
/// Found by the group that was recorded before the child did anything, and by the mark in the
/// environment of all that descends from it.
public struct AbandonedChildren: Sendable {
    private let group: ProcessGroup?
    private let mark: CallMark
    private let start: UInt64

    /// Describes the children of a process.
    ///
    /// - Parameters:
    ///   - process: The id of the process that is gone.
    ///   - start: When it started, in clock ticks since boot.
    ///   - group: The process group that it recorded last, if any.
    public init(of process: Int32, startedAt start: UInt64, group: ProcessGroup?) {
        self.group = group.flatMap { $0.id > 1 ? $0 : nil }
        mark = .owner(process, start: start)
        self.start = start
    }

    /// Whether any of them runs, or may.
    public var areRunning: Bool { !ours().isEmpty || mayRunUnseen }

    /// Ends them: first politely, after a while so that it cannot be ignored.
    ///
    /// Only what is surely a child of that process gets a signal: a leader with the recorded start
    /// and its group, and what carries the mark.
    ///
    /// - Parameter grace: From the polite signal to the other one.
    /// - Returns: Whether none of them runs any more.
    public func end(grace: Duration = .seconds(5)) -> Bool {
        for (number, patience) in [(SIGTERM, grace), (SIGKILL, .seconds(5))] {
            let rounds = Int(patience / .milliseconds(50))
            for round in 0...max(1, rounds) {
                let processes = ours()
                if processes.isEmpty { return !mayRunUnseen }
                // A killed process may have forked before; a polite signal is sent once.
                if round == 0 || number == SIGKILL {
                    for process in processes { signal(process, number) }
                }
                pause(milliseconds: 50)
            }
        }
        return !areRunning
    }

    /// Those that surely are children of that process and run.
    private func ours() -> [Int32] {
        var found: [Int32] = []
        for _ in 0...10 {
            let isLed = isLed
            found = []
            var isUnclear = false
            for process in ProcessTable.all() {
                let isOurs = isOurs(process, isLed: isLed)
                if isOurs ?? false { found.append(process) }
                isUnclear = isUnclear || isOurs == nil
            }
            // While a program takes a process over, the mark is not to be seen for a moment.
            if !found.isEmpty || !isUnclear { break }
            pause(milliseconds: 2)
        }
        return found
    }

    /// Whether a process is a child of that one; nil where that cannot be told yet.
    private func isOurs(_ process: Int32, isLed: Bool) -> Bool? {
        guard process != getpid(), let status = ProcessStatus(of: process), !status.hasEnded,
            status.start >= start
        else { return false }
        if isLed, let id = group?.id, status.group == id || status.session == id { return true }
        return mark.isCarried(by: process)
    }

    /// Whether the recorded leader is still there, be it waiting to be reaped.
    private var isLed: Bool {
        guard let group, group.start != 0 else { return false }
        return ProcessStatus(of: group.id)?.start == group.start
    }

    /// Whether the recorded group has members that cannot be told to be ours or not.
    ///
    /// Its number is not given to another process while there is any. So it is over where another
    /// process has it now; a group without its leader may be ours.
    private var mayRunUnseen: Bool {
        guard let group else { return false }
        if group.start != 0, let leader = ProcessStatus(of: group.id), leader.start != group.start {
            return false
        }
        return ProcessTable.isRunning(group: group.id)
    }

    private func signal(_ process: Int32, _ number: Int32) {
        let isLed = isLed
        let isSent = ProcessTable.signal(process, number) { isOurs(process, isLed: isLed) ?? false }
        // One that was stopped gets the polite signal only when it goes on.
        if isSent, number == SIGTERM {
            _ = ProcessTable.signal(process, SIGCONT) { isOurs(process, isLed: isLed) ?? false }
        }
    }
}
