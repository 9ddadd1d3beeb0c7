// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import Execution

/// Runs of other parts and policies look into the same state directory at any moment.
@Suite struct `The beginning of a journal` {
    private let directory: TemporaryDirectory
    private let state: StateDirectory
    private let now = Instant(milliseconds: 1_700_000_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        state = StateDirectory(directory.path)
        try state.prepare()
    }

    private func begin(_ steps: Int) -> JournalRecord {
        var begin = JournalRecord(.begin, at: now)
        begin.steps = steps
        return begin
    }

    @Test func `nobody ever finds a journal without its first line (law 5)`() throws {
        let isDone = Atomic<Bool>(false)
        let written = DispatchSemaphore(value: 0)
        let (state, first) = (state, begin(1))
        Thread.detachNewThread {
            for number in 0..<200 {
                _ = try? Journal(of: "run-\(number)", beginningWith: first, in: state)
            }
            isDone.store(true, ordering: .relaxed)
            written.signal()
        }
        var seen = 0
        while !isDone.load(ordering: .relaxed) {
            guard let newest = try state.runs().last else { continue }
            let journal = try JournalReader(run: newest, in: state)
            #expect(journal.begin != nil, "\(newest)")
            seen += 1
        }
        written.wait()
        #expect(seen > 0)
        #expect(try state.runs().count == 200)
    }

    @Test func `a journal is begun once`() throws {
        _ = try Journal(of: "run", beginningWith: begin(1), in: state)
        let bytes = try DurableFile.read(state.journalFile("run"))
        #expect(throws: StateError.self) {
            _ = try Journal(of: "run", beginningWith: begin(2), in: state)
        }
        #expect(try DurableFile.read(state.journalFile("run")) == bytes)
        #expect(try names() == ["run.jsonl"])
    }

    @Test func `what a run left that was killed at its first line goes a day later`() throws {
        try directory.write("runs/killed.jsonl.new")
        _ = try Journal(of: "run", beginningWith: begin(1), in: state)
        let today = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        state.removeDrafts(at: today)
        #expect(try names() == ["killed.jsonl.new", "run.jsonl"])
        state.removeDrafts(at: Instant(milliseconds: today.milliseconds + 2 * 86_400_000))
        #expect(try names() == ["run.jsonl"])
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: state.runsDirectory).sorted()
    }
}
