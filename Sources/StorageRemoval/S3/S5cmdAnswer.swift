// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import S3Storage

/// What `s5cmd --json` prints of keys that it deleted.
enum S5cmdAnswer {
    private struct Line: Decodable {
        var operation: String
        var success: Bool?
        var source: String?
    }

    /// Reads the lines; one that does not read confirms nothing.
    ///
    /// - Returns: The keys of which it says that they are gone.
    static func deleted(_ bytes: [UInt8], in bucket: String) -> Set<StoredKey> {
        let start = "s3://\(bucket)/"
        var keys: Set<StoredKey> = []
        let decoder = JSONDecoder()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let said = try? decoder.decode(Line.self, from: Data(line)),
                said.operation == "rm", said.success == true, let source = said.source,
                source.hasPrefix(start)
            else { continue }
            keys.insert(StoredKey(source.utf8.dropFirst(start.utf8.count)))
        }
        return keys
    }
}
