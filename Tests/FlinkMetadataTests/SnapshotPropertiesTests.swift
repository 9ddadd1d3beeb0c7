// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import FlinkMetadata

/// The Java object at the end, and what is left where it does not read.
@Suite struct SnapshotPropertiesTests {
    /// A file of version 4 with one file and whatever stands for properties.
    private func file(properties: [UInt8]) -> [UInt8] {
        var file = MetadataBytes(version: 4)
        file.beginKeyedState()
        file.beginKeyGroups()
        file.file("/f", size: 5)
        file.endSubtask()
        return file.bytes + properties
    }

    private let header: [UInt8] = [0xAC, 0xED, 0, 5]

    @Test(
        arguments: [
            [], [0xAC], [0, 0, 0, 0, 0x70], [0xAC, 0xED, 0, 5],
            [0xAC, 0xED, 0, 5, 0x71, 0, 0x7E, 0, 0],
            [0xAC, 0xED, 0, 5, 0x74, 0, 1, 0x61], [0xAC, 0xED, 0, 5, 0x73, 0x70],
            [0xAC, 0xED, 0, 5, 0x75],
        ] as [[UInt8]]
    )
    func `keeps the references where the properties do not read`(properties: [UInt8]) throws {
        let metadata = try read(file(properties: properties))
        guard case .unknown = metadata.properties else {
            Issue.record("\(metadata.properties)")
            return
        }
        #expect(metadata.references.count == 1)
        #expect(!metadata.isUnderstoodToTheEnd)
        #expect(metadata.suggestedKind == nil)
    }

    @Test func `counts bytes behind the properties`() throws {
        let metadata = try read(file(properties: header + [0x70, 1, 2, 3]))
        #expect(metadata.properties == .null)
        #expect(metadata.trailingBytes == 3)
    }

    @Test func `says what is wrong`() throws {
        guard case .unknown(let error) = try read(file(properties: header + [0x75])).properties
        else { return }
        #expect(error.description.hasPrefix("malformed properties: unknown element 117, at offset"))
    }

    @Test func `is not led astray by a class that is its own parent`() throws {
        // A class whose parent is a reference to itself, then an object of it.
        var class_: [UInt8] = [0x72, 0, 1, 0x41] + [UInt8](repeating: 0, count: 8)
        class_ += [2, 0, 0, 0x78, 0x71, 0, 0x7E, 0, 0]
        let metadata = try read(file(properties: header + [0x73] + class_))
        #expect(!metadata.isUnderstoodToTheEnd)
    }

    @Test func `is not led astray by depth`() throws {
        let metadata = try read(
            file(properties: header + [UInt8](repeating: 0x7E, count: 100_000))
        )
        #expect(!metadata.isUnderstoodToTheEnd)
        var classes: [UInt8] = []
        for _ in 0..<10_000 {
            classes += [0x72, 0, 1, 0x41] + [UInt8](repeating: 0, count: 8) + [2, 0, 0, 0x78]
        }
        #expect(!(try read(file(properties: header + [0x73] + classes)).isUnderstoodToTheEnd))
    }
}
