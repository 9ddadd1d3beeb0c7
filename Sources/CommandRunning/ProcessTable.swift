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

    /// Sends all of them a signal.
    ///
    /// - Returns: How many there are that run.
    func signal(_ number: Int32) -> Int {
        ProcessTable.all().count { process in
            ProcessTable.signal(process, number) { isStray(process) }
        }
    }

    private func isStray(_ process: Int32) -> Bool {
        guard process != getpid(), let status = ProcessStatus(of: process), !status.hasEnded,
            status.group != group
        else { return false }
        return status.session == group || mark.isCarried(by: process)
    }
}

/// Lets time pass.
func pause(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    nanosleep(&time, nil)
}
