// SPDX-License-Identifier: Apache-2.0

// Readers under libFuzzer, which watches what code an input reaches. Built by Tests/Fuzzing/run only:
// an ordinary build has no such library. JANITOR_FUZZ_SUBJECT names the reader.

import Foundation
import FuzzSubjects

/// The reader of this process.
nonisolated(unsafe) private var subject: any FuzzSubject = {
    let name = ProcessInfo.processInfo.environment["JANITOR_FUZZ_SUBJECT"] ?? ""
    do {
        guard let type = FuzzSubjects.named(name) else {
            fatalError("JANITOR_FUZZ_SUBJECT names no subject: \"\(name)\"")
        }
        return try type.init()
    } catch {
        fatalError("\(error)")
    }
}()

/// Called by libFuzzer with each input; it counts a trap as found, and keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    if let law = subject.brokenLaw(of: input) { fatalError(law) }
    return 0
}
