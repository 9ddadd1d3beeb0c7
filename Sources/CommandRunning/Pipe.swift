// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// A pair of descriptors; what is written to one end is read from the other.
struct Pipe: ~Copyable {
    var reading: Descriptor
    var writing: Descriptor

    /// Opens one; closed in children that are not started by this target.
    init(for command: ObjectName) throws(CommandError) {
        var ends: [Int32] = [-1, -1]
        guard janitor_open_pipe(&ends) == 0 else {
            throw CommandError(.system, command: command, detail: "pipe: \(systemMessage(errno))")
        }
        reading = Descriptor(owning: ends[0])
        writing = Descriptor(owning: ends[1])
    }
}
