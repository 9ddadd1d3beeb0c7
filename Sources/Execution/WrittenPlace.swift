// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// A place as our own files have it: text for people, and the bytes where the text is not exact.
struct WrittenPlace: Codable, Hashable {
    /// As `StorageURL.description` prints it.
    var place: String
    /// The path's bytes where they are not UTF-8.
    var bytes: Data?

    init(_ url: StorageURL) {
        place = url.description
        bytes = url.path.isUTF8 ? nil : Data(url.path.bytes)
    }

    /// The place again; nil where the text is none.
    var url: StorageURL? {
        guard let url = StorageURL(parsing: ObjectName(place)) else { return nil }
        guard let bytes else { return url }
        return StorageURL(scheme: url.scheme, authority: url.authority, path: ObjectName(bytes))
    }
}
