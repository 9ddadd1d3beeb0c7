// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc
internal import Storage

/// What the file system says of the next entries of a directory, asked for on several threads.
///
/// Where the answers are in memory a listing is as much faster as there are processors; where each
/// costs a wait, the waits go on side by side.
struct StatusBlock: ~Copyable {
    /// A call that failed, by its error number.
    struct Failure: Error {
        let number: Int32
    }

    private static let size = 4096
    /// Fewer are asked for faster than threads begin.
    private static let leastForThreads = 128
    private static let threads = max(2, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    private var names: [UnsafePointer<CChar>] = []
    private var answers: [Result<FileStatus, Failure>] = []
    private var position = 0

    /// All answers were taken.
    var isSpent: Bool { position == answers.count }

    /// Forgets all answers.
    mutating func forget() {
        answers.removeAll(keepingCapacity: true)
        position = 0
    }

    /// Asks for the next entries of a list.
    ///
    /// - Parameters:
    ///   - entries: The list, not to be read anew before the answers were taken.
    ///   - start: The position in the list from which on they are asked for.
    ///   - directory: The open directory.
    ///   - isWanted: Tells whether an entry is asked for.
    mutating func ask(
        for entries: borrowing DirectoryEntries,
        from start: Int,
        in directory: Int32,
        where isWanted: (DirectoryEntry) -> Bool
    ) {
        forget()
        names.removeAll(keepingCapacity: true)
        var next = start
        while names.count < Self.size, let entry = entries.next(&next) {
            if isWanted(entry) { names.append(entry.name) }
        }
        let count = names.count
        answers = Array(repeating: .failure(Failure(number: ENOENT)), count: count)
        guard count >= Self.leastForThreads else {
            for index in 0..<count { answers[index] = Self.look(at: names[index], in: directory) }
            return
        }
        nonisolated(unsafe) let names = names
        answers.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: Self.threads) { part in
                for index in (count * part / Self.threads)..<(count * (part + 1) / Self.threads) {
                    buffer[index] = Self.look(at: names[index], in: directory)
                }
            }
        }
    }

    /// Takes the next answer.
    mutating func next() -> Result<FileStatus, Failure> {
        defer { position += 1 }
        return answers[position]
    }

    private static func look(
        at name: UnsafePointer<CChar>,
        in directory: Int32
    ) -> Result<FileStatus, Failure> {
        guard let status = FileStatus(of: name, in: directory) else {
            return .failure(Failure(number: errno))
        }
        return .success(status)
    }
}
