// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
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
    private let s3: S3Storage
    private let s3Remover: S3Remover
    private let s3Locker: S3Locker

    /// Makes the backends that a policy describes.
    ///
    /// - Parameters:
    ///   - stores: The policy's section on stores.
    ///   - environment: The operator's, of which the stores' command lines get a part.
    ///   - runner: Runs the stores' command lines.
    ///   - clock: Tells how old a look is.
    public init(
        stores: StoreSettings = .builtIn,
        environment: [String: String] = [:],
        runner: any CommandRunner = ProcessRunner(clock: .system),
        clock: MonotonicClock = .system
    ) {
        self.stores = stores
        let calls = S3Calls(settings: stores.s3, runner: runner, environment: environment)
        s3 = S3Storage(calls: calls, clock: clock)
        s3Remover = S3Remover(storage: s3)
        s3Locker = S3Locker(storage: s3)
    }

    /// The reader of the store that a place lies in; nil where this build has none.
    ///
    /// Below the place, which is a root wherever many objects are read, it follows no link.
    public func reader(for place: StorageURL) -> (any StorageReader)? {
        switch place.schemeFamily {
        case "file": LocalStorage(roots: [place])
        case "s3": s3
        default: nil
        }
    }

    /// Removes in whatever store an item lies.
    var remover: any StorageRemover {
        RoutedRemover { place in
            switch place.schemeFamily {
            case "file": LocalRemover()
            case "s3": s3Remover
            default: nil
            }
        }
    }

    /// Locks roots in whatever store they lie.
    var locker: any RootLocker {
        RoutedLocker { place in
            switch place.schemeFamily {
            case "file": LocalLocker()
            case "s3": s3Locker
            default: nil
            }
        }
    }
}
