// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Storage

/// Directories that were changed and are to be written through, each once.
struct SyncSet: ~Copyable {
    private static let limit = 64

    private struct Key: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private var descriptors: [Int32] = []
    private var known: Set<Key> = []

    deinit {
        for descriptor in descriptors { _ = close(descriptor) }
    }

    /// Tells whether it is time to write through.
    var isFull: Bool { descriptors.count >= Self.limit }

    /// Keeps an open directory in mind.
    ///
    /// - Returns: 0, or the error number where it cannot be kept open.
    mutating func add(_ directory: Int32) -> Int32 {
        guard let status = FileStatus(of: directory) else { return errno }
        guard known.insert(Key(device: status.device, inode: status.inode)).inserted else {
            return 0
        }
        let copy = fcntl(directory, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { return errno }
        descriptors.append(copy)
        return 0
    }

    /// Writes all of them through and forgets them.
    ///
    /// - Returns: 0, or the first error number.
    mutating func flush(_ calls: ChangingCalls) -> Int32 {
        var first: Int32 = 0
        for descriptor in descriptors {
            let problem = calls.sync(descriptor)
            // Some file systems cannot sync a directory and say so with EINVAL.
            if first == 0, problem != EINVAL { first = problem }
            _ = close(descriptor)
        }
        descriptors = []
        known = []
        return first
    }
}
