// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// Why a lock cannot be had or kept.
public enum LockError: Error, Hashable, Sendable {
    /// Somebody holds it, or one above or below it.
    case held(by: LockOwner, at: StorageURL)
    /// A lock is there whose owner cannot be read; it counts as held.
    case unreadable(at: StorageURL, detail: String)
    /// Another process of this machine holds it, where the store keeps nobody out; by which file.
    case heldHere(at: StorageURL, file: String)
    /// The lock met is one's own, taken under another name: two names for one place.
    case sameRoot(at: StorageURL)
    /// It was ours and is not any more.
    case lost(at: StorageURL)
    /// The store failed.
    case storage(StorageError)
}

// MARK: - CustomStringConvertible

extension LockError: CustomStringConvertible {
    /// `cannot lock "<place>": <who holds it>`, and what to do.
    public var description: String {
        switch self {
        case .held(let owner, let place):
            "cannot lock \"\(place)\": \"janitor \(owner.command)\" is at work there, process "
                + "\(owner.process) on host \"\(owner.host)\", until \(owner.free) unless it "
                + "goes on\n  hint: try again when it has ended, or wait for it with --wait 30m; when "
                + "surely no janitor is at work there, remove "
                + "\"\(place.appending(Self.entry(at: place)))\""
        case .unreadable(let place, let detail):
            "cannot lock \"\(place)\": there is a lock, and \(detail)\n"
                + "  hint: when surely no janitor is at work there, remove "
                + "\"\(place.appending(Self.entry(at: place)))\""
        case .heldHere(let place, let file):
            "cannot lock \"\(place)\": another process of this machine holds it, by \"\(file)\"\n"
                + "  hint: try again when it has ended, or wait for it with --wait 10m"
        case .sameRoot(let place):
            "cannot lock \"\(place)\": it is locked by this very command under another name\n"
                + "  hint: the policy has two names for one place; write one of them"
        case .lost(let place):
            "the lock of \"\(place)\" is not ours any more: somebody took it over after it had "
                + "expired, or removed it\n"
                + "  hint: see \"janitor runs\" for what was done until then; the next run goes on"
        case .storage(let error): error.withHint
        }
    }

    /// What a lock is called in its root: in a store of keys there is no directory.
    private static func entry(at place: StorageURL) -> ObjectName {
        let name = ObjectName(lockName)
        return place.schemeFamily == "s3" ? name.appending("owner") : name
    }
}
