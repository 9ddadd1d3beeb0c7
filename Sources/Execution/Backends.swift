// SPDX-License-Identifier: Apache-2.0

internal import LocalStorage
public import Policy
public import SnapshotModel
public import Storage
internal import StorageRemoval

/// What reaches the stores: for every place its reader and, in this target alone, its remover and
/// its locker.
///
/// One value for the whole of a command: what a backend learnt in one call helps it in the next.
public struct Backends: Sendable {
    private let stores: StoreSettings

    /// Makes the backends that a policy describes.
    ///
    /// - Parameter stores: The policy's section on stores.
    public init(stores: StoreSettings = .builtIn) {
        self.stores = stores
    }

    /// The reader of the store that a place lies in; nil where this build has none.
    ///
    /// Below the place, which is a root wherever many objects are read, it follows no link.
    public func reader(for place: StorageURL) -> (any StorageReader)? {
        switch place.schemeFamily {
        case "file": LocalStorage(roots: [place])
        default: nil
        }
    }

    /// Removes in whatever store an item lies.
    var remover: any StorageRemover {
        RoutedRemover { place in
            switch place.schemeFamily {
            case "file": LocalRemover()
            default: nil
            }
        }
    }

    /// Locks roots in whatever store they lie.
    var locker: any RootLocker {
        RoutedLocker { place in
            switch place.schemeFamily {
            case "file": LocalLocker()
            default: nil
            }
        }
    }
}
