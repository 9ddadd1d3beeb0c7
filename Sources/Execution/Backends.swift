// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
internal import Glibc
internal import HDFSRemoval
internal import HDFSStorage
internal import LocalStorage
public import Policy
internal import S3Storage
public import SnapshotModel
public import Storage
internal import StorageRemoval

/// What reaches the stores: for every place its reader and, in this target alone, its remover and
/// its locker.
///
/// One value for the whole of a command: what a backend learnt in one call helps it in the next.
public struct Backends: Sendable {
    private let stores: StoreSettings
    private let hadoop: HadoopStores
    private let s3: S3Storage
    private let s3Remover: S3Remover
    private let s3Locker: S3Locker
    private let watching: @Sendable (any StorageReader) -> any StorageReader

    /// Makes the backends that a policy describes.
    ///
    /// - Parameters:
    ///   - stores: The policy's section on stores.
    ///   - environment: The operator's, of which the stores' command lines get a part.
    ///   - runner: Runs the stores' command lines.
    ///   - state: Where the journals tell what lies in a trash outside the roots; nil where that
    ///     does not matter.
    ///   - clock: Tells how old a look is.
    ///   - pause: Waits before a call to HDFS is tried again; nil to sleep.
    ///   - watching: Puts something around each reader that tells how far it has come.
    public init(
        stores: StoreSettings = .builtIn,
        environment: [String: String] = [:],
        runner: any CommandRunner = ProcessRunner(clock: .system),
        state: StateDirectory? = nil,
        clock: MonotonicClock = .system,
        pause: (@Sendable (Duration) -> Void)? = nil,
        watching: @escaping @Sendable (any StorageReader) -> any StorageReader = { $0 }
    ) {
        self.stores = stores
        self.watching = watching
        let calls = S3Calls(settings: stores.s3, runner: runner, environment: environment)
        s3 = S3Storage(
            calls: calls,
            clock: clock,
            copies: state?.trashRecords,
            trashed: { try state.map { try TrashedPlaces($0, countsBegun: false) } ?? .none }
        )
        s3Remover = S3Remover(storage: s3)
        s3Locker = S3Locker(storage: s3)
        hadoop = HadoopStores(
            stores.hdfs,
            environment: environment,
            runner: runner,
            state: state,
            clock: clock,
            pause: pause ?? { sleep(UInt32(clamping: $0.components.seconds)) }
        )
    }

    /// How long a lock of these roots holds unless it is renewed, in nanoseconds.
    ///
    /// From another machine only its end says that a lock is free. It is renewed between calls, when
    /// half of its time is over: the other half has to be longer than any call that changes something.
    /// Those in S3 are shorter by `S3Calls.changeLimit`.
    func lockLifetime(of roots: [StorageURL]) -> Int64 {
        guard roots.contains(where: HadoopStores.reaches) else { return RootLocks.lifetime }
        let longest = stores.hdfs.timeLimit.fixedNanoseconds ?? 0
        return max(RootLocks.lifetime, 2 * (longest + 60_000_000_000))
    }

    /// The reader of the store that a place lies in; nil where this build has none.
    ///
    /// Below the place, which is a root wherever many objects are read, it follows no link.
    public func reader(for place: StorageURL) -> (any StorageReader)? {
        plainReader(for: place).map(watching)
    }

    /// The same reader as if nothing of some runs lay in the trash, where things go there object by
    /// object; else it shows all that lies there.
    func reader(
        for place: StorageURL,
        withoutTrashOf runs: Set<ObjectName>
    ) -> (any StorageReader)? {
        guard place.schemeFamily == "s3" else { return reader(for: place) }
        return watching(s3.withoutTrash(of: runs))
    }

    private func plainReader(for place: StorageURL) -> (any StorageReader)? {
        switch place.schemeFamily {
        case "file": LocalStorage(roots: [place])
        case _ where HadoopStores.reaches(place): hadoop.reader(of: place)
        case "s3": s3
        default: nil
        }
    }

    /// Removes in whatever store an item lies.
    var remover: any StorageRemover {
        let hadoop = hadoop
        return RoutedRemover { place in
            switch place.schemeFamily {
            case "file": LocalRemover()
            case _ where HadoopStores.reaches(place): hadoop.remover(of: place)
            case "s3": s3Remover
            default: nil
            }
        }
    }

    /// Locks roots in whatever store they lie.
    var locker: any RootLocker {
        let hadoop = hadoop
        return RoutedLocker { place in
            switch place.schemeFamily {
            case "file": LocalLocker()
            case _ where HadoopStores.reaches(place): hadoop.locker(of: place)
            case "s3": s3Locker
            default: nil
            }
        }
    }
}
