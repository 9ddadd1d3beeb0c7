// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The only proof that counts: Flink restores from everything that was kept (laws 1, 3 and 7).
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"), .besideFlink)
struct FlinkDrillTests {
    /// With `Tests/run drill` all that there is, or what `JANITOR_TEST_DRILL` names; else a short one.
    private static let cases = {
        let extent = ProcessInfo.processInfo.environment["JANITOR_TEST_DRILL"]
        let lives = [Life.onDisk, .onHDFS].filter { extent == "all" || extent == $0.rawValue }
        let all = FlinkService.all.flatMap { service in
            lives.map { Case(service: service, life: $0) }
        }
        return all.isEmpty ? [Case.short()].compactMap(\.self) : all
    }()

    /// What a job goes through.
    enum Life: String { case short, onDisk, onHDFS }

    struct Case: CustomTestStringConvertible {
        let service: FlinkService
        let life: Life
        var note = ""

        var testDescription: String { "\(service.testDescription), \(life.rawValue)\(note)" }

        /// One of the versions, by a seed.
        static func short() -> Case? {
            let given = ProcessInfo.processInfo.environment["JANITOR_TEST_SEED"]
            let seed = given.flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
            var random = SeededGenerator(seed: seed)
            return FlinkService.all.randomElement(using: &random).map {
                Case(service: $0, life: .short, note: ", seed \(seed)")
            }
        }
    }

    @Test(arguments: cases)
    func `Flink restores from all that is kept, and not after the usual one-liners`(
        drilled: Case
    ) throws {
        let service = drilled.service
        switch drilled.life {
        case .short:
            let drill = try FlinkDrill(service) { try LocalDrillStore($0) }
            try drill.liveBriefly()
            try prove(drill, oneLiners: drill.store.oneLiners.prefix(1), note: drilled.note)
        case .onDisk:
            let drill = try FlinkDrill(service) { try LocalDrillStore($0) }
            try drill.live()
            try prove(drill, oneLiners: drill.store.oneLiners[...])
        case .onHDFS:
            try drillOnHDFS(service)
        }
    }

    private func drillOnHDFS(_ service: FlinkService) throws {
        let store = try #require(HDFSDrillStore(), "there is no test service \"hdfs\"")
        let directory = try TemporaryDirectory()
        let cluster = service.cluster(in: "\(directory.path)/flink", hadoop: store.configuration)
        let own = try cluster.start()
        let drill = try FlinkDrill(
            own,
            roots: store.roots,
            failingOverBy: {
                try cluster.kill("taskmanager")
                _ = try cluster.start()
            },
            store: { _ in store }
        )
        try drill.live()
        try prove(drill, oneLiners: store.oneLiners[...])
    }

    /// Cleans up a last time, and lets Flink restore from all that is left and from what one-liners
    /// leave of the same tree.
    private func prove(
        _ drill: FlinkDrill,
        oneLiners: ArraySlice<String>,
        note: String = ""
    ) throws {
        let store = drill.store
        try store.copy()
        let planned = try drill.found()
        try drill.cleanUp()
        let left = try drill.found()
        #expect(try store.snapshots() == Set(left.map(\.path)), "not all of it is known")
        let kept = left.filter(\.isWhole)
        let stillWhole = Set(kept.map(\.path))
        for snapshot in planned where snapshot.isWhole && snapshot.verdict != "condemn" {
            #expect(stillWhole.contains(snapshot.path), "\(snapshot.path) should be whole")
        }
        let restored = try drill.expectRestore(fromEach: kept)
        #expect(restored > 3 && restored == kept.count && planned.count > left.count)
        for broken in left where !broken.isWhole {
            #expect(try drill.failureToRestore(from: broken.path) != nil, "\(broken.path)")
        }
        let newest = try drill.latest("--kind", "checkpoint")
        for line in oneLiners {
            try store.putBack()
            try store.clean(by: line, newest: newest)
            let failure = try drill.failureToRestore(from: newest)
            #expect(failure?.contains("FileNotFoundException") == true, "\(line): \(failure ?? "")")
        }
        print(
            """
            drill: Flink \(drill.service.version) on \(store.name): restored from \(restored) of \
            \(kept.count) kept, \(planned.count - left.count) had gone in the last night; \
            from none after \(oneLiners.count) one-liners\(note)
            """
        )
    }
}
