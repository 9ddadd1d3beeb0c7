// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// Names are bytes and JSON is text: where a text cannot show a name exactly, its bytes stand
/// beside it in base64, under the key with `Bytes` at its end.
extension JSONWriter {
    /// The key `path`, and `pathBytes` beside it where the text cannot show the name exactly.
    mutating func place(_ place: StorageURL, as name: String = "path") {
        key(name)
        value(place.description)
        bytes(of: place.path, as: name)
    }

    /// A key with a name, and its bytes beside it where the text cannot show it exactly.
    mutating func name(_ value: ObjectName, as name: String) {
        key(name)
        self.value(value.description)
        bytes(of: value, as: name)
    }

    /// A key with places; where one is not shown exactly, all their bytes in the same order, null
    /// for those that are.
    mutating func places(_ places: [StorageURL], as name: String) {
        key(name)
        array { json in places.forEach { json.value($0.description) } }
        bytes(of: places.map(\.path), as: name)
    }

    /// A key with names, and their bytes as for places.
    mutating func names(_ names: [ObjectName], as name: String) {
        key(name)
        array { json in names.forEach { json.value($0.description) } }
        bytes(of: names, as: name)
    }

    private mutating func bytes(of value: ObjectName, as name: String) {
        guard let text = base64(value) else { return }
        key("\(name)Bytes")
        self.value(text)
    }

    private mutating func bytes(of values: [ObjectName], as name: String) {
        let texts = values.map(base64)
        guard texts.contains(where: { $0 != nil }) else { return }
        key("\(name)Bytes")
        array { json in texts.forEach { json.value($0) } }
    }

    private func base64(_ name: ObjectName) -> String? {
        name.isUTF8 ? nil : Data(name.bytes).base64EncodedString()
    }
}
