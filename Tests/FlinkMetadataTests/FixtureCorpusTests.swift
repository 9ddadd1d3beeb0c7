// SPDX-License-Identifier: Apache-2.0

import FlinkMetadata
import JanitorTestSupport
import SnapshotModel
import Testing

/// The reader against Flink's own classes, over real files of Flink 1.1 to 2.3.
@Suite struct FixtureCorpusTests {
    @Test func `reads the committed fixtures as Flink does`() throws {
        #expect(Fixture.committed.count == 25)
        try compare(Fixture.committed)
    }

    @Test(.enabled(if: SharedMaterial.folder != nil, Comment(rawValue: SharedMaterial.skipMessage)))
    func `reads all shared fixtures as Flink does`() throws {
        #expect(Fixture.shared.count > 700)
        try compare(Fixture.shared)
    }

    @Test func `gives the same whatever pieces the store delivers`() {
        for fixture in Fixture.committed {
            let whole = attempt(fixture.bytes)
            for size in 1...7 {
                var source = PiecewiseByteSource(fixture.bytes, piece: size)
                let pieces: (metadata: SnapshotMetadata?, error: MetadataError?)
                do {
                    pieces = (try MetadataReader.read(&source), nil)
                } catch {
                    pieces = (nil, error)
                }
                #expect(pieces == whole, "\(fixture.name) in pieces of \(size)")
            }
        }
    }

    @Test func `suggests the kind that the properties tell`() throws {
        for fixture in Fixture.committed {
            guard let metadata = attempt(fixture.bytes).metadata else { continue }
            let properties = try fixture.expected().properties
            guard let properties else {
                #expect(metadata.suggestedKind == nil, "\(fixture.name)")
                continue
            }
            let kind: SnapshotKind = properties.isSavepoint ? .savepoint : .checkpoint
            #expect(metadata.suggestedKind == kind, "\(fixture.name)")
        }
    }

    private func compare(_ fixtures: [Fixture]) throws {
        var read = 0
        var refused = 0
        for fixture in fixtures {
            var expected = try fixture.expected()
            let (metadata, error) = attempt(fixture.bytes)
            guard expected.error == nil else {
                #expect(metadata == nil, "\(fixture.name) is refused by Flink")
                refused += 1
                continue
            }
            guard let metadata else {
                Issue.record("\(fixture.name): \(error?.description ?? "")")
                continue
            }
            expected.files?.sort { $0.path < $1.path }
            expected.directories?.sort()
            #expect(ExpectedMetadata(metadata) == expected, "\(fixture.name)")
            #expect(metadata.isUnderstoodToTheEnd, "\(fixture.name)")
            read += 1
        }
        #expect(read > 0 && refused > 0)
    }
}
