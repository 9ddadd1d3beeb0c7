// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Storage

/// A directory of our own for a call's files, which nobody else may look into.
///
/// Goes away with the last reference to it. One that a killed process left behind is removed by the
/// next one that makes one: its name says whose it was.
package final class PrivateDirectory: Sendable {
    /// Its absolute path.
    package let path: String

    private static let mark = "janitor-s3-"

    /// Makes one.
    ///
    /// - Parameter parent: Where temporary files go.
    /// - Throws: `S3Failure` where it cannot be made.
    package init(in parent: String) throws(S3Failure) {
        Self.removeLeftovers(in: parent)
        var template = Array("\(parent)/\(Self.mark)\(getuid())-\(getpid())-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = systemMessage(errno)
            throw S3Failure("cannot make a directory in \"\(parent)\": \(cause)")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file that only this user may read.
    package func write(_ bytes: [UInt8], as name: String) throws(S3Failure) -> String {
        let file = "\(path)/\(name)"
        do {
            try Data(bytes).write(to: URL(filePath: file))
        } catch {
            throw S3Failure("cannot write \"\(file)\": \(systemMessage(of: error))")
        }
        return file
    }

    /// Removes what processes of this user that are no more left behind.
    private static func removeLeftovers(in parent: String) {
        let start = "\(mark)\(getuid())-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(start) {
            let number = name.dropFirst(start.count).prefix { $0 != "-" }
            guard let process = pid_t(number), kill(process, 0) != 0, errno == ESRCH else {
                continue
            }
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
    }
}
