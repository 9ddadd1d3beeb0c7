// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
public import Storage

extension LocalStorage {
    /// Finds out where links lead, by names alone: nothing but directories on the way is opened.
    public func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        links.map { link in
            do throws(StorageError) {
                var walk = LinkWalk(from: try entry(link, action: "follow"), link: link)
                return .success(try walk.target())
            } catch {
                return .failure(error)
            }
        }
    }
}

/// Goes the way of one link, name by name.
///
/// Each directory on the way is held open while the next name is looked up in it: whatever is
/// swapped meanwhile, the answer is that of one moment for each name, and what a link leads to a
/// moment later is for a second look to say.
private struct LinkWalk: ~Copyable {
    /// Source: path_resolution(7), the most links that Linux follows for one path.
    private static let mostLinks = 40

    private let link: StorageURL
    private let first: CName
    private var current: Descriptor
    /// Names that are still to go, the last one first.
    private var rest: [ArraySlice<UInt8>] = []
    private var linkCount = 0

    init(from entry: consuming DirectoryName, link: StorageURL) {
        first = entry.name
        current = entry.directory
        self.link = link
    }

    mutating func target() throws(StorageError) -> LinkTarget {
        try enter(linkNamed: first)
        while let part = rest.popLast() {
            if part.elementsEqual([0x2E, 0x2E]) {
                current = try opened(openPassage("..", in: current.number))
                continue
            }
            guard let name = CName(part) else {
                // An empty name or a dot is where it is already.
                if part.isEmpty || part.elementsEqual([0x2E]) { continue }
                throw failure(EINVAL)
            }
            guard let status = name.with({ FileStatus(of: $0, in: current.number) }) else {
                if errno == ENOENT { return .nothing(ObjectName(part), in: try here()) }
                throw failure(errno)
            }
            switch status.kind {
            case .directory:
                current = try opened(name.with { openPassageHere($0, in: current.number) })
            case .symbolicLink: try enter(linkNamed: name)
            case .file where rest.allSatisfy(\.isEmpty):
                return .file(ObjectName(part), in: try here())
            case .file: throw failure(ENOTDIR)
            case .other:
                throw StorageError(
                    .failed,
                    action: "follow",
                    place: link,
                    detail: "it leads to something that is neither a file nor a directory"
                )
            }
        }
        return .directory(try here())
    }

    /// Puts what a link says before the names that are still to go.
    private mutating func enter(linkNamed name: CName) throws(StorageError) {
        linkCount += 1
        if linkCount > Self.mostLinks { throw failure(ELOOP) }
        var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = name.with { readlinkat(current.number, $0, &text, text.count) }
        if length < 0 { throw failure(errno) }
        if length == text.count { throw failure(ENAMETOOLONG) }
        let bytes = text.prefix(length).map(UInt8.init(bitPattern:))
        if bytes.first == UInt8(ascii: "/") {
            current = try opened(openPassage("/", in: AT_FDCWD))
        }
        rest += bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .reversed()
    }

    private func opened(_ descriptor: Int32) throws(StorageError) -> Descriptor {
        if descriptor < 0 { throw failure(errno) }
        return Descriptor(owning: descriptor)
    }

    /// The directory in hand, by what stays the same while things in it change.
    private func here() throws(StorageError) -> ObjectIdentity {
        guard let status = FileStatus(of: current.number) else { throw failure(errno) }
        return ObjectIdentity(
            device: status.device,
            inode: status.inode,
            changed: ObjectIdentity.none.changed
        )
    }

    private func failure(_ number: Int32) -> StorageError {
        StorageError(errno: number, action: "follow", place: link)
    }
}
