// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// The system calls that change a file system, by kind.
package enum ChangingCall: Hashable, Sendable, CaseIterable {
    /// `renameat2` with `RENAME_NOREPLACE`.
    case renameExclusively
    /// `renameat2` with `RENAME_EXCHANGE`.
    case exchange
    /// `renameat`.
    case rename
    /// `linkat`.
    case link
    /// `unlinkat` of anything but a directory.
    case unlink
    /// `unlinkat` of an empty directory.
    case removeDirectory
    /// `mkdirat`.
    case makeDirectory
    /// `openat` with `O_CREAT` and `O_EXCL`.
    case create
    /// `write`.
    case write
    /// `fsync`.
    case sync
    /// `fchown`.
    case setOwner
    /// `fchmod`.
    case setMode
    /// `futimens`.
    case setTimes
}

/// Every call through which this target changes anything; each gives 0 or an error number.
///
/// A test puts a function before the calls: it may make one fail, or change the tree right before
/// one as another process could.
package struct ChangingCalls: Sendable {
    /// Asked before each call: 0 lets it happen, `pretended` leaves it out as if it had happened,
    /// any other number is its failure.
    package typealias Interceptor = @Sendable (ChangingCall) -> Int32

    /// The answer of an interceptor for a call that seems to succeed and does not happen.
    package static let pretended: Int32 = -1

    private let intercept: Interceptor?

    /// Makes the calls go through, or first through a test's function.
    package init(intercept: Interceptor? = nil) {
        self.intercept = intercept
    }

    private func run(_ call: ChangingCall, _ body: () -> Int32) -> Int32 {
        if let intercept {
            let problem = intercept(call)
            if problem == Self.pretended { return 0 }
            if problem != 0 { return problem }
        }
        while true {
            if body() >= 0 { return 0 }
            if errno != EINTR { return errno }
        }
    }

    func renameExclusively(_ from: Int32, _ old: CName, _ to: Int32, _ new: CName) -> Int32 {
        old.with { old in
            new.with { new in
                run(.renameExclusively) { janitor_rename_exclusively(from, old, to, new) }
            }
        }
    }

    func exchange(_ directory: Int32, _ one: CName, _ other: CName) -> Int32 {
        one.with { one in
            other.with { other in
                run(.exchange) { janitor_rename_exchange(directory, one, directory, other) }
            }
        }
    }

    func rename(_ from: Int32, _ old: CName, _ to: Int32, _ new: CName) -> Int32 {
        old.with { old in new.with { new in run(.rename) { renameat(from, old, to, new) } } }
    }

    func link(_ from: Int32, _ old: CName, _ to: Int32, _ new: CName) -> Int32 {
        old.with { old in new.with { new in run(.link) { linkat(from, old, to, new, 0) } } }
    }

    func unlink(_ directory: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        run(.unlink) { unlinkat(directory, name, 0) }
    }

    func removeDirectory(_ directory: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        run(.removeDirectory) { unlinkat(directory, name, AT_REMOVEDIR) }
    }

    func makeDirectory(_ directory: Int32, _ name: CName, mode: mode_t) -> Int32 {
        name.with { name in run(.makeDirectory) { mkdirat(directory, name, mode) } }
    }

    /// Creates a file where nothing is; gives the descriptor through `file`.
    func create(_ directory: Int32, _ name: CName, mode: mode_t, file: inout Int32) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        var opened: Int32 = -1
        let problem = name.with { name in
            run(.create) {
                opened = openat(directory, name, flags, mode)
                return opened
            }
        }
        file = opened
        return problem
    }

    func write(_ file: Int32, _ bytes: [UInt8]) -> Int32 {
        var done = 0
        while done < bytes.count {
            let problem = bytes.withUnsafeBytes { buffer in
                run(.write) {
                    guard let base = buffer.baseAddress else { return 0 }
                    let count = Glibc.write(file, base + done, buffer.count - done)
                    if count > 0 { done += count }
                    return count < 0 ? -1 : 0
                }
            }
            if problem != 0 { return problem }
        }
        return 0
    }

    func sync(_ descriptor: Int32) -> Int32 {
        run(.sync) { fsync(descriptor) }
    }

    func setOwner(_ descriptor: Int32, _ owner: uid_t, _ group: gid_t) -> Int32 {
        run(.setOwner) { fchown(descriptor, owner, group) }
    }

    func setMode(_ descriptor: Int32, _ mode: mode_t) -> Int32 {
        run(.setMode) { fchmod(descriptor, mode) }
    }

    /// Sets the modification time and leaves the time of reading as it is.
    ///
    /// Source: utimensat(2), `UTIME_OMIT`.
    func setModified(_ descriptor: Int32, _ time: timespec) -> Int32 {
        run(.setTimes) {
            let omitted = timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2)
            return [omitted, time].withUnsafeBufferPointer { futimens(descriptor, $0.baseAddress) }
        }
    }
}
