// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkMetadata

/// A metadata file and what Flink's own classes read in it.
struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expectation: Data

    var testDescription: String { name }

    func expected() throws -> ExpectedMetadata {
        try JSONDecoder().decode(ExpectedMetadata.self, from: expectation)
    }

    /// Those that are part of the checkout, by name.
    static let committed: [Fixture] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures")
        return load(names(in: folder)) { name in
            let directory = folder.appending(path: name)
            return (
                directory.appending(path: "_metadata"), directory.appending(path: "expected.json")
            )
        }
    }()

    /// All that lie in the folder beside the checkout, by name; none where there is no folder.
    static let shared: [Fixture] = {
        guard let folder = SharedMaterial.folder?.appending(path: "flink") else { return [] }
        return load(names(in: folder.appending(path: "fixtures"))) { name in
            (
                folder.appending(path: "fixtures/\(name)/_metadata"),
                folder.appending(path: "fixtures-expected/\(name).json")
            )
        }
    }()

    /// Committed ones that can be read and are small enough to be tried at every byte.
    static let small = committed.filter { fixture in
        fixture.bytes.count <= 1000 && !fixture.name.hasPrefix("broken__")
    }

    private static func names(in folder: URL) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).sorted()
    }

    private static func load(
        _ names: [String],
        _ files: (String) -> (metadata: URL, expected: URL)
    ) -> [Fixture] {
        names.compactMap { name in
            let urls = files(name)
            guard let bytes = try? Data(contentsOf: urls.metadata),
                let expectation = try? Data(contentsOf: urls.expected)
            else { return nil }
            return Fixture(name: name, bytes: Array(bytes), expectation: expectation)
        }
    }
}

/// Reads bytes that are in memory.
func read(_ bytes: [UInt8]) throws(MetadataError) -> SnapshotMetadata {
    var source = MemoryByteSource(bytes)
    return try MetadataReader.read(&source)
}

/// Reads bytes; nil and the error where they do not read.
func attempt(_ bytes: [UInt8]) -> (metadata: SnapshotMetadata?, error: MetadataError?) {
    do {
        return (try read(bytes), nil)
    } catch {
        return (nil, error)
    }
}
