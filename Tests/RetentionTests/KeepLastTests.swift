// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct KeepLastTests {
    @Test func `keeps the newest by time and tells where each one stood`() throws {
        let setting = try Setting(RuleSet(keepLast: 2))
        let lines = setting.lines([
            try snapshot("2026-11-01T00:00:00Z"),
            try snapshot("2026-11-03T00:00:00Z"),
            try snapshot("2026-10-30T00:00:00Z"),
            try snapshot("2026-11-02T00:00:00Z"),
        ])
        let stays = "newest that the job can be restored from, stays whatever the rules say"
        #expect(
            lines == [
                "condemn: keepLast: 3rd newest, 2 are kept",
                "keep: newestClosed: \(stays); keepLast: newest of the 2 that are kept",
                "condemn: keepLast: 4th newest, 2 are kept",
                "keep: keepLast: 2nd newest of the 2 that are kept",
            ]
        )
    }

    @Test func `a name does not make a snapshot newer than its time does`() throws {
        let setting = try Setting(RuleSet(keepLast: 1))
        let verdicts = setting.verdicts([
            try snapshot("2026-11-01T00:00:00Z", key: "savepoint-ffffff-0"),
            try snapshot("2026-11-02T00:00:00Z", key: "savepoint-000000-0"),
        ])
        #expect(verdicts == [.condemn, .keep])
    }

    @Test func `of one time the higher checkpoint id is newer`() throws {
        let setting = try Setting(RuleSet(keepLast: 1))
        let verdicts = setting.verdicts([
            try snapshot("2026-11-01T00:00:00Z", id: 9, key: "chk-9"),
            try snapshot("2026-11-01T00:00:00Z", id: 10, key: "chk-10"),
        ])
        #expect(verdicts == [.condemn, .keep])
    }

    @Test func `of one time and id the greater key is newer, by its bytes`() throws {
        let setting = try Setting(RuleSet(keepLast: 1))
        let verdicts = setting.verdicts([
            try snapshot("2026-11-01T00:00:00Z", key: "job-Z/x"),
            try snapshot("2026-11-01T00:00:00Z", key: "job-a/x"),
            try snapshot("2026-11-01T00:00:00Z", key: ObjectName([0x6A, 0xFF])),
        ])
        #expect(verdicts == [.condemn, .condemn, .keep])
    }

    @Test func `a limit above the number keeps all, and none is no trouble`() throws {
        let setting = try Setting(RuleSet(keepLast: .max))
        #expect(setting.verdicts([try snapshot("2026-11-01T00:00:00Z")]) == [.keep])
        #expect(setting.decide([]).isEmpty)
    }
}
