// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import FlinkMetadata

/// What a handle demands of its file, and what the file is to the snapshot.
@Suite struct StateReferenceTests {
    private func reference(
        _ write: (inout MetadataBytes) -> Void
    ) throws -> StateReference {
        try #require(try read(MetadataBytes.withStream(write)).references.first)
    }

    @Test func `a file has its recorded size, or any where it is unknown`() throws {
        #expect(try reference { $0.file("/f", size: 5) }.demand == .exactly(5))
        #expect(try reference { $0.file("/f", size: 0) }.demand == .exactly(0))
        let unknown = try reference { $0.file("/f", size: -1) }
        #expect(unknown.demand == .exists)
        #expect(unknown.recordedSize == -1)
    }

    @Test func `a segment needs a file that reaches to its end`() throws {
        let segment = try reference { file in
            file.uint8(15)
            file.int64(100)
            file.int64(50)
            file.int32(1)
            file.text("/f")
            file.text("id")
        }
        #expect(segment.demand == .atLeast(150))
        #expect(segment.recordedSize == 50)
    }

    @Test func `a changelog file need only be there`() throws {
        let fixture = try #require(
            Fixture.committed.first { $0.name == "synthetic__changelog-dstl-v6" }
        )
        let references = try read(fixture.bytes).references
        for reference in references {
            let isChangelog = reference.role.changelogPart == .changelog
            #expect((reference.demand == .exists) == isChangelog)
        }
        #expect(references.contains { $0.demand == .exists })
    }

    @Test func `roles have words for people and for machines`() {
        let role = StateRole(.managedKeyed, changelogPart: .materialized, incrementalPart: .shared)
        #expect(role.description == "managedKeyed.materialized.shared")
        #expect(role.phrase == "shared file of materialized managed keyed state")
        #expect(StateRole(.inputChannel).phrase == "in-flight data of an input channel")
        let changes = StateRole(.rawKeyed, changelogPart: .changelog)
        #expect(changes.phrase == "changelog of raw keyed state")
    }

    @Test func `a canonical savepoint tells by its handles`() {
        var metadata = SnapshotMetadata(version: 3, checkpointID: 1)
        #expect(metadata.suggestedKind == nil)
        metadata.hasSavepointHandle = true
        #expect(metadata.suggestedKind == .savepoint)
    }

    @Test func `a reference stays compact`() {
        #expect(MemoryLayout<StateReference>.stride <= 48)
    }
}
