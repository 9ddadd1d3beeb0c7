// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SnapshotModel

/// Opens the directory that a policy names, in one way for looking and for removing.
///
/// The parents may lead through symbolic links, since an operator names `/data/flink` wherever
/// `/data` really lies; the last component has to be a directory itself. Everything below a root
/// is then reached from this descriptor, never through a link. Goes component by component, so
/// that no length of path is too long.
///
/// - Parameters:
///   - url: A place with the scheme `file` or none.
///   - action: What is being done, for the error.
/// - Returns: The directory, open for reading its entries.
/// - Throws: `notFound` where it or one of its parents is not there, `changed` where it is no
///   directory, `failed` where a parent is a link that leads nowhere.
package func openLocalRoot(
    _ url: StorageURL,
    action: String
) throws(StorageError) -> Descriptor {
    guard url.scheme == nil || url.scheme == "file", url.authority.isEmpty else {
        throw StorageError(
            .unusableName,
            action: action,
            place: url,
            detail: "not a place on local disks"
        )
    }
    let components = try localComponents(of: url.path, action: action, place: url)
    var current = Descriptor(owning: openPassage("/", in: AT_FDCWD))
    for name in components.dropLast() {
        let next = name.with { openPassage($0, in: current.number) }
        if next < 0 {
            throw passageError(errno, name, in: current.number, action: action, place: url)
        }
        current = Descriptor(owning: next)
    }
    let last: Int32
    if let name = components.last {
        last = name.with { openDirectory($0, in: current.number) }
        if last < 0 { throw rootError(errno, name, in: current.number, action: action, place: url) }
    } else {
        last = openDirectory("/", in: AT_FDCWD)
        if last < 0 { throw StorageError(errno: errno, action: action, place: url) }
    }
    return Descriptor(owning: last)
}

/// Tells a parent that is not there from a link that leads nowhere, such as to an unmounted disk.
private func passageError(
    _ number: Int32,
    _ name: CName,
    in directory: Int32,
    action: String,
    place: StorageURL
) -> StorageError {
    let status = name.with { FileStatus(of: $0, in: directory) }
    guard number == ENOENT, status != nil else {
        return StorageError(errno: number, action: action, place: place)
    }
    return StorageError(
        .failed,
        action: action,
        place: place,
        detail: "a symbolic link on the way leads nowhere"
    )
}

/// Says what stands where the root should be, and for a link what to write instead.
private func rootError(
    _ number: Int32,
    _ name: CName,
    in directory: Int32,
    action: String,
    place: StorageURL
) -> StorageError {
    let status = name.with { FileStatus(of: $0, in: directory) }
    guard let status, status.kind != .directory else {
        return StorageError(errno: number, action: action, place: place)
    }
    var detail = "not a directory"
    if status.kind == .symbolicLink {
        let text = name.with { linkTarget(of: $0, in: directory) }
        detail = "it is a symbolic link; name the directory it leads to: \"\(text)\""
    }
    return StorageError(.changed, action: action, place: place, detail: detail)
}

private func linkTarget(of name: UnsafePointer<CChar>, in directory: Int32) -> ObjectName {
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlinkat(directory, name, &target, target.count)
    return ObjectName(target.prefix(max(0, length)).map(UInt8.init(bitPattern:)))
}

/// Goes down from an open directory by plain names, never through a link.
///
/// - Parameters:
///   - start: Where to begin.
///   - names: Names of directories, in order.
///   - open: Opens a name in a directory.
/// - Returns: A descriptor of its own; nil with `errno` set.
package func openDirectory(
    below start: borrowing Descriptor,
    at names: some Sequence<CName>,
    open: (UnsafePointer<CChar>, Int32) -> Int32 = openDirectory
) -> Descriptor? {
    var names = names.makeIterator()
    guard let first = names.next() else { return start.duplicate() }
    let below = first.with { open($0, start.number) }
    if below < 0 { return nil }
    var current = Descriptor(owning: below)
    while let name = names.next() {
        let next = name.with { open($0, current.number) }
        if next < 0 { return nil }
        current = Descriptor(owning: next)
    }
    return current
}
