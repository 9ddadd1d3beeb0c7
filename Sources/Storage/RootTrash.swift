// SPDX-License-Identifier: Apache-2.0

/// Whether what goes from a root can be brought back.
public enum RootTrash: Hashable, Sendable {
    /// It can: what goes is moved to a trash, or hidden.
    case kept
    /// The store says that it cannot: what goes is gone for good.
    case absent
    /// The store did not say; why. Nothing is to go on the strength of that where an undo is wanted.
    case unknown(StorageError)
}
