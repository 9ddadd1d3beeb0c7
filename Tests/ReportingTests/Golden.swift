// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Expected texts in files beside the tests, named for the case.
enum Golden {
    /// Compares a text with its file; `RECORD_GOLDEN=1` writes the file, and fails.
    ///
    /// - Parameters:
    ///   - text: What the program made.
    ///   - name: The file's name.
    ///   - location: Where a difference is reported.
    /// - Throws: Where the file cannot be read or written.
    static func compare(
        _ text: String,
        with name: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden").appending(path: name)
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("\(name) was written: read it, and run again", sourceLocation: location)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, (line, want)) in zip(lines, wanted).enumerated()
        where !line.utf8.elementsEqual(want.utf8) {
            Issue.record(
                "\(name):\(number + 1)\n  made: \(line)\n  want: \(want)",
                sourceLocation: location
            )
            return
        }
        #expect(lines.count == wanted.count, "\(name)", sourceLocation: location)
    }
}
