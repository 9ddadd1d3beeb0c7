// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import Policy
import S3Storage
import SnapshotModel
import Storage

/// A bucket whose `aws` is a script of the test, for what no server does when it is asked to.
///
/// The script finds the words of the call in `$*`, and a folder of its own, of which calls can write
/// things down, in `$HERE`.
struct ScriptedStore {
    let directory: TemporaryDirectory
    let storage: S3Storage

    /// Makes one.
    ///
    /// - Parameters:
    ///   - script: Answers calls; bash.
    ///   - trashed: What journals have in the trash.
    /// - Throws: What keeps the script from being written.
    init(_ script: String, trashed: TrashedPlaces = .none) throws {
        directory = try TemporaryDirectory()
        let program = "\(directory.path)/aws"
        let lines = "#!/usr/bin/env bash\nHERE='\(directory.path)'\n\(script)\n"
        try Data(lines.utf8).write(to: URL(filePath: program))
        try ExecutableScript.make(program)
        var environment = ProcessInfo.processInfo.environment
        environment["AWS_MAX_ATTEMPTS"] = nil
        let calls = S3Calls(
            settings: S3StoreSettings(aws: [program]),
            runner: ProcessRunner(clock: .system),
            environment: environment
        )
        storage = S3Storage(calls: calls, clock: .system, trashed: { trashed })
    }

    /// Lines of a file that calls have written.
    func lines(of name: String) -> [String] {
        let text = try? String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }
}
