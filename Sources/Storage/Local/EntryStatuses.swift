// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// Entries of one directory, and what the file system says of each.
///
/// A few hundred at a time, and by several threads: on a disk and over a network the file system
/// takes longer to answer than anything that is done with the answer.
package struct EntryStatuses {
    /// What the file system answered for one entry.
    package enum Answer {
        case status(FileStatus)
        /// The error number.
        case problem(Int32)
    }

    private static let limit = 512
    private static let share = 64

    private var entries: [DirectoryEntry] = []
    private var answers: [Answer] = []

    /// Makes an empty list.
    package init() {}

    /// Whether there is no room for another entry.
    package var isFull: Bool { entries.count >= Self.limit }

    /// Adds an entry, which has to stay readable until its answer was taken.
    package mutating func add(_ entry: DirectoryEntry) {
        entries.append(entry)
    }

    /// Forgets all entries.
    package mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    /// Asks for all entries.
    ///
    /// - Parameter directory: The descriptor of the directory that they are in.
    /// - Returns: Each with its answer, in the order in which they were added.
    package mutating func ask(
        in directory: Int32
    ) -> Zip2Sequence<[DirectoryEntry], [Answer]> {
        answers.removeAll(keepingCapacity: true)
        answers.append(contentsOf: repeatElement(.problem(0), count: entries.count))
        entries.withUnsafeBufferPointer { entries in
            answers.withUnsafeMutableBufferPointer { answers in
                // Every share has places of its own, and all are done before this returns.
                nonisolated(unsafe) let (entries, answers) = (entries, answers)
                let shares = (entries.count + Self.share - 1) / Self.share
                guard shares > 1 else {
                    return Self.ask(entries, 0..<entries.count, in: directory, into: answers)
                }
                DispatchQueue.concurrentPerform(iterations: shares) { number in
                    let first = number * Self.share
                    let own = first..<min(first + Self.share, entries.count)
                    Self.ask(entries, own, in: directory, into: answers)
                }
            }
        }
        return zip(entries, answers)
    }

    private static func ask(
        _ entries: UnsafeBufferPointer<DirectoryEntry>,
        _ own: Range<Int>,
        in directory: Int32,
        into answers: UnsafeMutableBufferPointer<Answer>
    ) {
        for position in own {
            let status = FileStatus(of: entries[position].name, in: directory)
            answers[position] = status.map(Answer.status) ?? .problem(errno)
        }
    }
}
