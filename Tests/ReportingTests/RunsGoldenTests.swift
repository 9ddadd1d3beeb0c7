// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import Reporting

/// Past runs, read from journals as earlier versions wrote them, for people and for machines.
struct RunsGoldenTests {
    /// Journals by the names of their runs; they have to be readable for ever.
    private static let journals = [
        // As version 0.1 wrote them: snapshots only, one a step, a result for each.
        "20261001T021000Z-00000000": """
        {"at":"2026-10-01T02:10:00Z","command":"run","fingerprint":"00ff","host":"cdc-1",\
        "policy":"/etc/janitor/policy.json5","process":41,"record":"begin","roots":[{"place":\
        "file:///flink/sp"}],"run":"20261001T021000Z-00000000","steps":1,"user":"flink"}
        {"action":"remove","at":"2026-10-01T02:10:01Z","items":[{"at":{"place":\
        "file:///flink/sp/savepoint-0de550-000000000001"},"bytes":1048576,"device":1,"files":3,\
        "inode":2,"job":"orders","kind":"savepoint","reasons":[{"rule":"keepLast","text":\
        "7th newest, and the last 3 are kept"}],"root":{"place":"file:///flink/sp"}}],\
        "number":1,"record":"step"}
        {"action":"remove","at":"2026-10-01T02:10:02Z","number":1,"record":"done","results":\
        [{"outcome":"gone"}]}
        {"at":"2026-10-01T02:10:03Z","record":"end"}
        """,
        "20261122T021000Z-1111aaaa": """
        {"approved":"/home/flink/plan.json","at":"2026-11-22T02:10:00Z","command":"run",\
        "fingerprint":"00ff","host":"cdc-1","policy":"/etc/janitor/policy.json5","process":42,\
        "record":"begin","roots":[{"place":"file:///flink/sp"}],"run":\
        "20261122T021000Z-1111aaaa","steps":3,"user":"flink"}
        {"action":"trash","at":"2026-11-22T02:10:01Z","items":[{"at":{"place":\
        "file:///flink/sp/new\\nline"},"bytes":2097152,"count":3,"device":1,"files":3,"form":\
        "snapshot","inode":3,"job":"orders","kind":"savepoint","reasons":[{"rule":"keepLast",\
        "text":"4th newest, and the last 3 are kept"}],"root":{"place":"file:///flink/sp"},\
        "sum":9,"until":"2026-11-29T02:10:00Z"},{"at":{"bytes":"L2ZsaW5rL3NwL/8=","place":\
        "file:///flink/sp/\\\\xFF"},"bytes":7,"count":1,"device":1,"files":1,"form":"snapshot",\
        "inode":4,"job":"orders","kind":"savepoint","reasons":[{"rule":"keepLast","text":\
        "5th newest, and the last 3 are kept"}],"root":{"place":"file:///flink/sp"},"sum":8,\
        "until":"2026-11-29T02:10:00Z"}],"number":1,"record":"step"}
        {"action":"trash","at":"2026-11-22T02:10:02Z","number":1,"record":"done"}
        {"action":"trash","at":"2026-11-22T02:10:03Z","items":[{"at":{"place":\
        "file:///flink/sp/a/shared/f"},"bytes":12,"device":1,"files":1,"form":"file","inode":5,\
        "job":"orders","kind":"shared","modified":1,"reasons":[{"rule":"orphan","text":\
        "nothing references it"}],"root":{"place":"file:///flink/sp"},"until":\
        "2026-11-29T02:10:00Z"}],"number":2,"record":"step"}
        {"action":"trash","at":"2026-11-22T02:10:04Z","number":2,"record":"done","results":\
        [{"error":"cannot move to the trash \\"file:///flink/sp/a/shared/f\\": Permission \
        denied","outcome":"failed"}]}
        {"at":"2026-11-22T02:10:05Z","record":"end","why":"cut short"}
        """,
        "20261122T090000Z-2222bbbb": """
        {"at":"2026-11-22T09:00:00Z","command":"undo","fingerprint":"00ff","host":"cdc-1","of":\
        "20261122T021000Z-1111aaaa","policy":"/etc/janitor/policy.json5","process":43,"record":\
        "begin","roots":[{"place":"file:///flink/sp"}],"run":"20261122T090000Z-2222bbbb",\
        "steps":1,"user":"anna"}
        {"action":"restore","at":"2026-11-22T09:00:01Z","items":[{"at":{"bytes":\
        "L2ZsaW5rL3NwL/8=","place":"file:///flink/sp/\\\\xFF"},"bytes":7,"count":1,"device":1,\
        "files":1,"form":"snapshot","inode":4,"job":"orders","kind":"savepoint","reasons":\
        [{"rule":"undo","text":"an undo of the run 20261122T021000Z-1111aaaa asked for it"}],\
        "root":{"place":"file:///flink/sp"},"run":"20261122T021000Z-1111aaaa","sum":8}],\
        "number":1,"record":"step"}
        {"action":"restore","at":"2026-11-22T09:00:02Z","number":1,"record":"done"}
        """,
    ]

    private func history() throws -> [PastRun] {
        let state = try TemporaryDirectory()
        try state.makeDirectory("runs")
        for (name, text) in Self.journals {
            let file = URL(filePath: "\(state.path)/runs/\(name).jsonl")
            try Data((text + "\n").utf8).write(to: file)
        }
        return try RunHistory.read(StateDirectory(state.path))
    }

    @Test func `past runs read as they should`() throws {
        let text = RunsText(try history(), in: StateDirectory("/srv/state"))
        try Golden.compare(text.table + "\n" + text.details, with: "runs.txt")
    }

    @Test func `the audit is written as it should be`() throws {
        let runs = try history()
        let data = collected { RunsJSON(runs).write($0) }
        try Golden.compare(String(decoding: data, as: UTF8.self), with: "runs.json")
    }

    @Test func `what lies in the trash reads as it should`() throws {
        let contents = TrashContents(of: [], try history()) { _ in nil }
        let next = NextCommand(policy: "policy.json5")
        let report = TrashReport(contents, in: StateDirectory("/srv/state"), next: next)
        try Golden.compare(report.text, with: "trash.txt")
        let data = collected { report.write($0) }
        try Golden.compare(String(decoding: data, as: UTF8.self), with: "trash.json")
    }
}
