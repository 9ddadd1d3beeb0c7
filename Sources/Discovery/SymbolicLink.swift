// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
internal import Storage

/// A symbolic link that a look met, and what is known of where it leads.
///
/// It is never followed by a listing and never taken away.
public struct SymbolicLink: Hashable, Sendable {
    /// The link itself.
    public let place: StorageURL
    /// Why nobody knows what lies behind it; nil where it can hide nothing.
    public let hides: String?
    /// Position of the snapshot that it leads to or into; nil where it leads to none.
    public let snapshot: Int?
    /// What it leads to; nil where that cannot be known.
    let target: LinkTarget?
}

/// Tells of links whether they can hide anything.
///
/// One that leads to a directory which was listed itself hides nothing, nor does one that leads to
/// nothing in such a directory, or to a single file: metadata, or a pointer, are read under their own
/// names alone. What lies in any other directory may reference what is to go. So may what was on a
/// disk that is not mounted: nothing, outside the roots, proves nothing.
struct LinkSurvey {
    private struct Key: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ identity: ObjectIdentity) {
            device = identity.device
            inode = identity.inode
        }
    }

    private let census: DirectoryCensus
    private var directories: [Key: DirectoryID] = [:]

    init(_ table: ObjectTable, _ census: DirectoryCensus) {
        self.census = census
        for number in 0..<table.directoryCount {
            let identity = table.identity(ofDirectory: DirectoryID(number))
            // A store without identities cannot tell its directories from others.
            guard identity.inode != 0 else { continue }
            directories[Key(identity)] = DirectoryID(number)
        }
    }

    /// What a link is.
    ///
    /// - Parameters:
    ///   - place: The link.
    ///   - found: Where it leads.
    /// - Returns: The link with what is known of it.
    func link(_ place: StorageURL, _ found: Result<LinkTarget, StorageError>) -> SymbolicLink {
        switch found {
        case .failure(let error):
            SymbolicLink(place: place, hides: error.detail, snapshot: nil, target: nil)
        case .success(let target):
            SymbolicLink(
                place: place,
                hides: hides(target, from: place),
                snapshot: holder(of: target).flatMap { snapshot(in: $0) },
                target: target
            )
        }
    }

    private func hides(_ target: LinkTarget, from place: StorageURL) -> String? {
        switch target {
        case .directory where holder(of: target) == nil:
            return "it is a symbolic link to a directory that no root holds"
        case .nothing where holder(of: target) == nil:
            return "it is a symbolic link to nothing: a disk may not be mounted"
        case .file(let name, _):
            let isNamed = Self.isRead(place.path.last)
            let isOutside = Self.isRead(name) && holder(of: target) == nil
            return isNamed || isOutside ? "it is a symbolic link to a file that may reference" : nil
        case .directory, .nothing: return nil
        }
    }

    private static func isRead(_ name: ObjectName) -> Bool {
        name == FlinkNames.metadata || FlinkNames.isPointerFile(name)
    }

    /// The listed directory that a link leads to, or that holds what it leads to.
    private func holder(of target: LinkTarget) -> DirectoryID? {
        switch target {
        case .directory(let identity), .file(_, in: let identity), .nothing(_, in: let identity):
            directories[Key(identity)]
        }
    }

    private func snapshot(in directory: DirectoryID) -> Int? {
        let number = Int(census.snapshots[Int(directory)])
        return number >= 0 ? number : nil
    }
}

extension Inventory {
    /// Links that may hide what references something, with why.
    public var hidingLinks: [(place: StorageURL, why: String)] {
        symbolicLinks.compactMap { link in link.hides.map { (link.place, $0) } }
    }

    /// A link that leads elsewhere than when this look was made; nil where none does.
    ///
    /// - Parameter readerFor: Gives the reader of the store that a place lies in.
    /// - Returns: Where it is.
    func firstChangedLink(
        _ readerFor: (StorageURL) -> (any StorageReader)?
    ) -> StorageURL? {
        // One that may hide something, whatever it leads to, was not believed in the first place.
        symbolicLinks.first { link in
            guard let target = link.target, link.hides == nil else { return false }
            let root =
                listedRoot(holding: link.place).map { table.roots[$0.number] }
                ?? link.place.parent
            switch readerFor(root)?.linkTargets(of: [link.place]).first {
            case .success(let now): return now != target
            case .failure(let error): return error.reason != .notFound
            case nil: return true
            }
        }?.place
    }
}

extension ObjectTable {
    /// The links that were listed, sorted; those in the place of `_metadata` are left out, since
    /// their snapshots say so themselves.
    func symbolicLinks(_ census: DirectoryCensus) -> [StorageURL] {
        var found: [StorageURL] = []
        for (directory, entries) in specials where !census.isOurs[Int(directory)] {
            for (name, kind) in entries where kind == .symbolicLink && name != FlinkNames.metadata {
                found.append(place(ofDirectory: directory).appending(name))
            }
        }
        return found.sorted()
    }
}
