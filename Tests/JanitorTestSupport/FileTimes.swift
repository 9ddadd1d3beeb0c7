// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc

/// Times of files, moved without changing what lies between them.
public enum FileTimes {
    /// Moves the times of everything below a directory, and its own; what vanishes is passed over.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - days: By how many days, back with a minus.
    public static func shift(below path: String, days: Int) {
        let find = FileManager.default.enumerator(atPath: path)
        var paths = [path]
        while let below = find?.nextObject() as? String { paths.append("\(path)/\(below)") }
        for path in paths {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            var times = [status.st_atim, status.st_mtim]
            for index in times.indices { times[index].tv_sec += days * 86_400 }
            _ = utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW)
        }
    }
}
