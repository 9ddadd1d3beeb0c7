// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct `Listing while others work there` {
    @Test func `a complete listing never lacks what was there all the time (law 2)`() throws {
        let directory = try TemporaryDirectory()
        let steady = (0..<300).map { ObjectName("shared/steady-\($0)") }
        for path in steady { try directory.write(path) }
        for index in 0..<20 { try directory.write(ObjectName("shared/moving-\(index)-0")) }
        for index in 0..<20 { try directory.write(ObjectName("chk-\(index)/_metadata")) }
        let stop = Atomic<Bool>(false)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var round = 0
            while !stop.load(ordering: .relaxed) {
                for index in 0..<20 {
                    let old = ObjectName("shared/moving-\(index)-\(round)")
                    try? directory.rename(
                        old,
                        to: ObjectName("shared/moving-\(index)-\(round + 1)")
                    )
                    try? directory.write(ObjectName("shared/new-\(round)-\(index)"))
                    try? directory.delete(ObjectName("shared/new-\(round)-\(index)"))
                    try? directory.delete(ObjectName("chk-\(index)/_metadata"))
                    try? directory.delete(ObjectName("chk-\(index)"))
                    try? directory.write(ObjectName("chk-\(index)/_metadata"))
                }
                round += 1
                usleep(500)
            }
            done.signal()
        }
        var complete = 0
        for _ in 0..<80 {
            var sink = CollectedListing()
            let outcome = LocalStorage().list([directory.url], into: &sink)[0]
            guard outcome == .complete else { continue }
            complete += 1
            let found = Set(sink.paths)
            let missing = steady.filter { !found.contains($0) }
            #expect(missing.isEmpty)
            let moving = Set(
                found.filter { $0.last.bytes.starts(with: "moving-".utf8) }.map {
                    $0.bytes.split(separator: UInt8(ascii: "-"))[1]
                }
            )
            #expect(moving.count == 20)
            if moving.count != 20 { break }
        }
        stop.store(true, ordering: .relaxed)
        done.wait()
        #expect(complete > 0)
    }

    @Test func `a directory that is removed after it was entered is passed over`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("savepoint-1/_metadata")
        let stop = Atomic<Bool>(false)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            // A lock comes and goes like this.
            while !stop.load(ordering: .relaxed) {
                try? directory.write("deep/.janitor-lock/owner")
                try? directory.delete("deep/.janitor-lock/owner")
                try? directory.delete("deep/.janitor-lock")
            }
            done.signal()
        }
        var errors: [StorageError] = []
        for _ in 0..<5000 {
            var sink = CollectedListing()
            let outcome = LocalStorage().list([directory.url], into: &sink)[0]
            if case .incomplete(let found) = outcome { errors += found }
            #expect(sink.paths.contains("savepoint-1/_metadata"))
        }
        stop.store(true, ordering: .relaxed)
        done.wait()
        // What changes without an end is told of; what is gone is not.
        #expect(errors.allSatisfy { $0.reason == .changed }, "\(Set(errors.map(\.detail)))")
    }
}
