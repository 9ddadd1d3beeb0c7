// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

extension PolicyReading {
    /// Reads the aliases: places as metadata write them, and where they are.
    ///
    /// A key inside another one is fine, the longest wins; two spellings of one place are not.
    mutating func readAliases(_ field: Field) -> [PathAlias] {
        let example = "{ \"hdfs://nn1:8020\": \"hdfs://nameservice1\" }"
        var aliases: [PathAlias] = []
        var seen: [StorageURL: String] = [:]
        for entry in entries(field, due: "an object of places", example: example) ?? [] {
            guard
                let written = attempt(
                    at: entry.keyPlace,
                    { () throws(PlaceProblem) in
                        try PlaceReading.written(entry.key)
                    }
                )
            else { continue }
            let normal = written.normalised
            if let other = seen[normal] {
                report(.entry(.sameAlias(entry.key, other: other)), at: entry.keyPlace)
            }
            seen[normal] = entry.key
            if entry.value == .null {
                aliases.append(PathAlias(written: written, actual: nil))
                continue
            }
            guard let actual = place(entry, mayBeStore: true) else { continue }
            if actual.normalised == normal {
                report(.entry(.selfAlias(entry.key)), at: entry.keyPlace)
            }
            aliases.append(PathAlias(written: written, actual: actual))
        }
        return aliases
    }

    /// Reads a list of places.
    mutating func places(_ field: Field, mayBeStore: Bool) -> [StorageURL] {
        (items(field, example: "[\"hdfs:///flink/other\"]") ?? []).compactMap {
            place($0, mayBeStore: mayBeStore)
        }
    }

    mutating func place(_ field: Field, mayBeStore: Bool) -> StorageURL? {
        guard let text = text(field, example: "\"hdfs:///flink/other\"") else { return nil }
        return attempt(at: field.place) { () throws(PlaceProblem) in
            try PlaceReading.place(text, mayBeStore: mayBeStore)
        }
    }

    /// The result of reading a place; nil where it failed, which is reported.
    mutating func attempt<Value>(
        at place: Place,
        _ read: () throws(PlaceProblem) -> Value
    ) -> Value? {
        do throws(PlaceProblem) {
            return try read()
        } catch {
            report(.place(error), at: place)
            return nil
        }
    }
}

extension StorageURL {
    /// The same place with the one scheme of its family, for comparing.
    var normalised: StorageURL {
        StorageURL(scheme: schemeFamily, authority: authority, path: path)
    }
}
