// SPDX-License-Identifier: Apache-2.0

import Glibc
import JanitorTestSupport
import Testing

@testable import S3Storage

/// The directory for the files of a call.
struct PrivateDirectoryTests {
    @Test func `what cannot be written is told in the system's words`() throws {
        let parent = try TemporaryDirectory()
        let directory = try PrivateDirectory(in: parent.path)
        #expect(try directory.write([1], as: "keys") == "\(directory.path)/keys")
        #expect(unlink("\(directory.path)/keys") == 0 && rmdir(directory.path) == 0)
        let error = #expect(throws: S3Failure.self) { try directory.write([1], as: "keys") }
        let file = "\"\(directory.path)/keys\""
        #expect(error?.detail == "cannot write \(file): no such file or directory")
        let none = #expect(throws: S3Failure.self) { try PrivateDirectory(in: "/nowhere") }
        #expect(none?.detail.hasSuffix("\"/nowhere\": no such file or directory") == true)
    }
}
