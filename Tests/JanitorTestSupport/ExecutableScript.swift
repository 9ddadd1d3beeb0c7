// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Scripts that a test writes and has somebody run.
public enum ExecutableScript {
    /// Makes a file that this process has written one that can be run.
    ///
    /// Tests beside this one start processes: each holds whatever this process has open for writing
    /// until its own program begins, and a file that anybody has open for writing cannot be run
    /// ("text file busy"). So another process makes a copy, and puts that in its place.
    ///
    /// - Parameter path: Where it is.
    /// - Throws: Where there is no copy.
    public static func make(_ path: String) throws {
        let script = "cp \"$1\" \"$1.new\" && chmod 755 \"$1.new\" && mv -f \"$1.new\" \"$1\""
        let end = try TestCommand.run(["/bin/sh", "-c", script, "sh", path])
        guard end.code == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
