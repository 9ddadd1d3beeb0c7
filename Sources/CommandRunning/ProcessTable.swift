// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc

/// The processes of the machine, as far as `/proc` shows them.
enum ProcessTable {
    /// The ids of all processes; empty where there is no `/proc`.
    static func all() -> [Int32] {
        guard let directory = opendir("/proc") else { return [] }
        defer { _ = closedir(directory) }
        var processes: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let process = Int32(name) { processes.append(process) }
        }
        return processes
    }

    /// Whether a process group has members that run, or may.
    static func isRunning(group: Int32) -> Bool {
        guard kill(-group, 0) == 0 || errno != ESRCH else { return false }
        let members = all().compactMap { ProcessStatus(of: $0) }.filter { $0.group == group }
        // None to be seen where the system says that there are: `/proc` hides them.
        return members.isEmpty || members.contains { !$0.hasEnded }
    }

    /// Sends a signal to a process if it is still the one that is meant.
    ///
    /// - Parameters:
    ///   - process: Its id.
    ///   - number: The signal.
    ///   - isMeant: Looks whether it is the one; asked while its id cannot change hands.
    /// - Returns: Whether it was the one.
    static func signal(_ process: Int32, _ number: Int32, ifStill isMeant: () -> Bool) -> Bool {
        let handle = janitor_open_process(process)
        // Before Linux 5.3 an id may change hands between the look and the signal.
        guard handle >= 0 else { return isMeant() && kill(process, number) == 0 }
        defer { _ = close(handle) }
        return isMeant() && janitor_signal_process(handle, number) == 0
    }
}

/// Those who descend from a call and left its process group.
struct Strays {
    /// The call's group and session; its leader waits to be reaped, so the number is its own.
    let group: Int32
    /// What they carry.
    let mark: CallMark

    /// What a look at all processes showed.
    struct Look {
        /// Those that run and got the signal: their ids, and when they started.
        var found: [Int32: UInt64] = [:]
        /// Whether some may be among them and cannot be told yet.
        var isUnclear = false
    }

    private enum Belonging {
        case stray(start: UInt64)
        case unclear
        case none
    }

    /// Sends all of them a signal.
    ///
    /// - Parameter number: The signal.
    /// - Returns: How many were found, and whether it is worth looking again.
    func signal(_ number: Int32) -> Look {
        var look = Look()
        let begin = ProcessStatus(of: group)?.start ?? 0
        let all = ProcessTable.all()
        // This one is always among them: a list without anybody could not be read.
        look.isUnclear = all.isEmpty
        for process in all {
            _ = ProcessTable.signal(process, number) {
                switch belonging(of: process, since: begin) {
                case .stray(let start):
                    look.found[process] = start
                    return true
                case .unclear:
                    look.isUnclear = true
                    return false
                case .none: return false
                }
            }
        }
        return look
    }

    private func belonging(of process: Int32, since begin: UInt64) -> Belonging {
        guard process != getpid(), let status = ProcessStatus(of: process), !status.hasEnded,
            status.group != group, status.start >= begin,
            // The kernel's own threads have no session, nor an environment that could tell.
            status.session != 0
        else { return .none }
        if status.session == group { return .stray(start: status.start) }
        switch mark.isCarried(by: process) {
        case true?: return .stray(start: status.start)
        case false?: return .none
        case nil: return .unclear
        }
    }
}

/// Lets time pass.
func pause(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    nanosleep(&time, nil)
}
