// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A real tree that a Flink cluster left behind, unpacked into a directory of its own.
public struct FlinkTree: Sendable {
    /// Names of all trees beside the checkout; empty where there are none.
    public static let names: [String] = {
        guard let folder = SharedMaterial.folder else { return [] }
        let path = folder.appending(path: "flink/trees").path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".tar.xz") }.map { String($0.dropLast(7)) }.sorted()
    }()

    /// Where it was unpacked.
    public let directory: TemporaryDirectory
    /// Its name.
    public let name: String

    /// Unpacks a tree and moves all its times, so that what happened between them stays.
    ///
    /// - Parameters:
    ///   - name: One of `names`.
    ///   - days: By how many days its times go back.
    /// - Throws: Where there is no such tree or `tar` fails.
    public init(_ name: String, olderBy days: Int = 0) throws {
        self.name = name
        directory = try TemporaryDirectory()
        guard let folder = SharedMaterial.folder else { throw CocoaError(.fileNoSuchFile) }
        let archive = folder.appending(path: "flink/trees/\(name).tar.xz").path
        let tar = try TestCommand.run(["tar", "xJf", archive, "-C", directory.path])
        guard tar.code == 0 else { throw CocoaError(.fileReadCorruptFile) }
        if days > 0 { FileTimes.shift(below: directory.path, days: -days) }
    }

    /// Where its savepoints and checkpoints lie, with `{job}` for the job's name.
    public var roots: (savepoints: String, checkpoints: String) {
        let top = "file://\(directory.path)"
        return name.hasPrefix("hdfs")
            ? ("\(top)/flink/savepoints/{job}", "\(top)/flink/checkpoints/{job}")
            : ("\(top)/sp/{job}", "\(top)/cp/{job}")
    }

    /// What its metadata write, and where that is, as a policy's `aliases`.
    public var aliases: String {
        let top = "file://\(directory.path)"
        return name.hasPrefix("hdfs")
            ? "\"hdfs:/flink\": \"\(top)/flink\", "
                + "\"hdfs://127.0.0.1:19000/flink\": \"\(top)/flink\""
            : "\"file:/data/flinklab\": \"\(top)\""
    }

    /// A policy over the tree.
    ///
    /// - Parameter defaults: The text of the policy's `defaults`.
    /// - Returns: A JSON5 text.
    public func policy(_ defaults: String) -> String {
        """
        { aliases: { \(aliases) },
          defaults: \(defaults),
          jobs: [ { name: "{job}", savepoints: "\(roots.savepoints)",
                    checkpoints: "\(roots.checkpoints)" } ] }
        """
    }
}
