// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport

/// Where the snapshots of a drill lie, and what a drill does there behind the program's back.
protocol DrillStore {
    /// How it is called in what is printed.
    var name: String { get }
    /// One-liners that people put into cron; `$1` is the checkpoint root, `$2` the newest attempt.
    var oneLiners: [String] { get }

    /// Whether a run lists and reads faster than three checkpoints come, each second one.
    var checkpointsComeOften: Bool { get }

    /// Makes all that lies there ten days older.
    func letTimePass() throws
    /// Paths of all directories that hold metadata.
    func snapshots() throws -> Set<String>
    /// Copies all that lies there.
    func copy() throws
    /// Puts what was copied in the place of what is there.
    func putBack() throws
    /// Runs a one-liner.
    func clean(by line: String, newest path: String) throws
}

extension DrillStore {
    /// Runs a line of a shell to its end.
    ///
    /// - Returns: What it printed.
    @discardableResult
    fileprivate func shell(_ line: String, _ words: [String]) throws -> String {
        let end = try BuiltProgram(insteadOfOurs: "bash")
            .run(["-o", "pipefail", "-ec", line, "-"] + words)
        guard end.code == 0 else { throw TestServiceError("\(line): \(end.text)") }
        return end.text
    }

    fileprivate func directories(_ text: String) -> [Substring] {
        let end = "/_metadata"
        return text.split(separator: "\n").filter { $0.hasSuffix(end) }.map {
            $0.dropLast(end.count)
        }
    }
}

/// A job's roots on the disk of the service.
struct LocalDrillStore: DrillStore {
    let name = "a disk"
    let checkpointsComeOften = true
    let oneLiners = [
        "cd \"$1\" && find . -mindepth 1 -mtime +7 -exec rm -rf {} +",
        "cd \"$1\" && ls -t | tail -n +2 | xargs rm -rf",
        "cd \"$2\" && ls | tail -n +2 | xargs rm -rf",
    ]
    private let roots: [String]
    private let kept: TemporaryDirectory

    init(_ roots: FlinkCalls.Roots) throws {
        self.roots = [roots.checkpoints, roots.savepoints].map(Self.path)
        kept = try TemporaryDirectory()
    }

    func letTimePass() {
        for root in roots { FileTimes.shift(below: root, days: -10) }
    }

    func snapshots() throws -> Set<String> {
        let text = try shell("find \"$@\" -name _metadata", roots)
        return Set(directories(text).map { "file://\($0)" })
    }

    func copy() throws {
        try shell("cp -a \"$1\" \"$3/0\" && cp -a \"$2\" \"$3/1\"", roots + [kept.path])
    }

    func putBack() throws {
        let line = "rm -rf \"$1\" \"$2\" && cp -a \"$3/0\" \"$1\" && cp -a \"$3/1\" \"$2\""
        try shell(line, roots + [kept.path])
    }

    func clean(by line: String, newest path: String) throws {
        let attempt = (Self.path(path) as NSString).deletingLastPathComponent
        try shell(line, [roots[0], attempt])
    }

    private static func path(_ url: String) -> String {
        "/\(url.drop { $0 != "/" }.drop { $0 == "/" })"
    }
}

/// A job's roots on the HDFS of the service.
struct HDFSDrillStore: DrillStore {
    let name = "HDFS"
    let checkpointsComeOften = false
    /// The line that the guides print; their `+11` keeps ten, and the job here has three.
    let oneLiners = [
        """
        "$3" dfs -ls "$2" | tail -n +3 | awk '{print $8}' |
            xargs -I {} "$3" dfs -rm -r -skipTrash {}
        """
    ]
    let roots: FlinkCalls.Roots
    /// Hadoop's configuration folder.
    let configuration: String
    private let top: String
    private let client: String
    private let directory: String

    /// Makes one in the service whose settings are in the environment; nil where there is none.
    init?() {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["JANITOR_TEST_HDFS"],
            let client = environment["JANITOR_TEST_HDFS_CLIENT3"],
            let directory = environment["JANITOR_TEST_HDFS_DIRECTORY"]
        else { return nil }
        self.client = client
        self.directory = directory
        configuration = "\(directory)/conf"
        top = "\(url)/drill-\(UInt32.random(in: 0 ... .max))"
        roots = FlinkCalls.Roots(
            savepoints: "\(top)/now/savepoints",
            checkpoints: "\(top)/now/checkpoints",
            stores: "{ hdfs: { command: ['\(client)'] } }"
        )
    }

    func letTimePass() throws {
        let service = SharedMaterial.checkout.appending(path: "Tests/Services/hdfs").path
        try shell("\"$1\" move-times \"$2\" -10 \"$3\"", [service, directory, "\(top)/now"])
    }

    func snapshots() throws -> Set<String> {
        let text = try shell("\"$1\" dfs -ls -R -C \"$2\"", [client, "\(top)/now"])
        return Set(directories(text).map(String.init))
    }

    func copy() throws {
        try shell("\"$1\" dfs -cp -p \"$2/now\" \"$2/kept\"", [client, top])
    }

    func putBack() throws {
        let line = """
            "$1" dfs -rm -r -skipTrash "$2/now"
            "$1" dfs -cp -p "$2/kept" "$2/now"
            """
        try shell(line, [client, top])
    }

    func clean(by line: String, newest path: String) throws {
        let attempt = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
        try shell(line, [roots.checkpoints, String(attempt), client])
    }
}
