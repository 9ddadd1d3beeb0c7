// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The only proof that counts: Flink restores from everything that was kept (laws 1, 3 and 7).
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"))
struct FlinkDrillTests {
    /// With `Tests/run drill`: both versions, on HDFS too; with `sample` the newer one on a disk.
    private static let extent = ProcessInfo.processInfo.environment["JANITOR_TEST_DRILL"]
    private static let isFull = extent == "all"
    private static let services =
        isFull
        ? FlinkService.all : extent == "sample" ? Array(FlinkService.all.prefix(1)) : []

    /// One-liners that people put into cron, for the directory of a job's checkpoints.
    private static let oneLiners = [
        "find . -mindepth 1 -mtime +7 -exec rm -rf {} +",
        "ls -t | tail -n +2 | xargs rm -rf",
    ]

    @Test(arguments: services)
    func `Flink restores from all that is kept on a disk, and not after the usual one-liners`(
        service: FlinkService
    ) throws {
        let drill = try FlinkDrill(
            service,
            letTimePass: { roots in
                for root in [roots.savepoints, roots.checkpoints] {
                    FileTimes.shift(below: Self.path(root), days: -10)
                }
            }
        )
        try drill.live()
        let whole = try drill.wholeSnapshots("condemn") + drill.wholeSnapshots("keep")
        let backup = try Backup(of: drill.calls.roots)
        try drill.night()
        let kept = try drill.wholeSnapshots("keep")
        #expect(kept.count >= 4 && whole.count > kept.count, "\(kept) of \(whole)")
        try drill.expectRestore(fromEach: kept)
        let newest = try drill.latest()
        for line in Self.oneLiners {
            try backup.restore()
            #expect(try drill.failureToRestore(from: newest) == nil)
            try Self.shell(line, in: drill.calls.roots.checkpoints)
            let failure = try drill.failureToRestore(from: newest)
            #expect(failure?.contains("FileNotFoundException") == true, "\(line): \(failure ?? "")")
        }
    }

    @Test(arguments: isFull ? FlinkService.all : [])
    func `Flink restores from all that is kept on HDFS, and not after the usual one-liner`(
        service: FlinkService
    ) throws {
        let environment = ProcessInfo.processInfo.environment
        let store = try #require(environment["JANITOR_TEST_HDFS"])
        let client = try #require(environment["JANITOR_TEST_HDFS_CLIENT3"])
        let files = try #require(environment["JANITOR_TEST_HDFS_DIRECTORY"])
        let directory = try TemporaryDirectory()
        let cluster = service.cluster(
            in: "\(directory.path)/flink",
            hadoop: "\(files)/conf"
        )
        let own = try cluster.start()
        let top = "\(store)/drill-\(service.version)-\(UInt32.random(in: 0 ... .max))"
        let roots = FlinkCalls.Roots(
            savepoints: "\(top)/savepoints",
            checkpoints: "\(top)/checkpoints",
            stores: "{ hdfs: { command: ['\(client)'] } }"
        )
        let drill = try FlinkDrill(
            own,
            roots: roots,
            failingOverBy: {
                try cluster.kill("taskmanager")
                _ = try cluster.start()
            }
        )
        try drill.live()
        let whole = try drill.wholeSnapshots("condemn") + drill.wholeSnapshots("keep")
        try drill.night()
        let kept = try drill.wholeSnapshots("keep")
        #expect(kept.count >= 4 && whole.count > kept.count, "\(kept) of \(whole)")
        try drill.expectRestore(fromEach: kept)
        let newest = try drill.latest()
        let line = """
            "$1" dfs -ls "$2" | tail -n +3 | awk '{print $8}' |
                xargs -I {} "$1" dfs -rm -r -skipTrash {}
            """
        let end = try BuiltProgram(insteadOfOurs: "bash")
            .run(["-c", line, "-", client, roots.checkpoints])
        #expect(end.code == 0, "\(end)")
        let failure = try drill.failureToRestore(from: newest)
        #expect(failure?.contains("FileNotFoundException") == true, "\(failure ?? "")")
    }

    private static func path(_ root: String) -> String { String(root.dropFirst("file://".count)) }

    private static func shell(_ line: String, in root: String) throws {
        let end = try BuiltProgram(insteadOfOurs: "bash").run([
            "-c", "cd \"$1\" && \(line)", "-", path(root),
        ])
        #expect(end.code == 0, "\(end)")
    }

    /// A copy of a job's roots, to be put back.
    private struct Backup {
        private let copy: TemporaryDirectory
        private let roots: [String]

        init(of roots: FlinkCalls.Roots) throws {
            copy = try TemporaryDirectory()
            self.roots = [roots.savepoints, roots.checkpoints].map(FlinkDrillTests.path)
            try shell("cp -a \"$2\" 0 && cp -a \"$3\" 1")
        }

        func restore() throws { try shell("rm -rf \"$2\" \"$3\"; cp -a 0 \"$2\"; cp -a 1 \"$3\"") }

        private func shell(_ line: String) throws {
            let words = ["-c", "cd \"$1\" && \(line)", "-", copy.path] + roots
            let end = try BuiltProgram(insteadOfOurs: "bash").run(words)
            guard end.code == 0 else { throw TestServiceError(end.text) }
        }
    }
}
