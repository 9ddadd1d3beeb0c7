// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Storage
import Synchronization
import Testing

@testable import Execution

/// A client whose exit code gets lost on the way, and with it that its output was cut off.
@Suite struct `Output of HDFS that is cut off and ends well` {
    /// What has to be there in the end, whatever happens: what the policy keeps.
    private static let kept = [
        "/flink/sp/3/_metadata", "/flink/sp/4/_metadata",
        "/flink/cp/\(HDFSWorkshop.attempts[1])/chk-5/_metadata",
    ]
    /// What a run takes that nothing disturbs.
    private static let taken = [
        "/flink/sp/1", "/flink/sp/2", "/flink/cp/\(HDFSWorkshop.attempts[0])/chk-5",
    ]

    /// Cuts the output of one call off.
    private func cut(_ number: Int, after lines: Int, _ store: SimulatedHDFS) {
        let call = Mutex(0)
        store.before { _ in
            let current = call.withLock { call in
                call += 1
                return call
            }
            return current == number ? .cutsOff(after: lines) : nil
        }
    }

    private func paths(_ shop: HDFSWorkshop) -> [String] { shop.store.paths(below: "/flink") }

    @Test func `law 2: whichever call it is, nothing needed goes, and the next run makes up`()
        throws
    {
        let calm = try HDFSWorkshop()
        _ = try calm.run("aa")
        let count = calm.store.calls.count
        #expect(count > 8)
        for taken in Self.taken { #expect(!paths(calm).contains(taken)) }
        // Metadata alone restore nothing: every file and directory stays.
        let left = Set(paths(calm))
        #expect(left.isSuperset(of: Self.kept))
        for number in 1...count {
            for lines in [0, 1, 3, 8] {
                let shop = try HDFSWorkshop()
                cut(number, after: lines, shop.store)
                switch JanitorRun(try shop.environment("aa")).run() {
                case .finished, .failed, .locked: break
                case .refused(let why), .unsound(let why):
                    Issue.record("call \(number) after \(lines) lines: \(why)")
                }
                shop.store.before(nil)
                let lost = left.subtracting(paths(shop))
                #expect(lost.isEmpty, "call \(number) after \(lines) lines")
                // A lock that is said to have been given back is over by then.
                _ = try shop.run("bb", minutes: 90)
                let lostNow = left.subtracting(paths(shop))
                #expect(lostNow.isEmpty, "call \(number) after \(lines) lines")
                for taken in Self.taken {
                    #expect(!paths(shop).contains(taken), "call \(number) after \(lines) lines")
                }
            }
        }
    }

    @Test func `law 2: a listing that is cut off is never a whole one`() throws {
        for lines in 0...12 {
            let shop = try HDFSWorkshop()
            let all = paths(shop)
            shop.store.before { words in
                words.starts(with: ["-ls", "-R"]) ? .cutsOff(after: lines) : nil
            }
            let report = try shop.run("aa")
            #expect(report.lines.isEmpty)
            #expect(paths(shop) == all)
        }
    }

    @Test func `law 2: directories of jobs that are cut off are not taken for all there are`()
        throws
    {
        let shop = try HDFSWorkshop()
        let base = try shop.place("sp")
        let reader = try #require(try shop.environment("aa").readerFor(base))
        #expect(try reader.subdirectories(of: base).count == 4)
        // One line says how many there are.
        for lines in 1...4 {
            shop.store.before { _ in .cutsOff(after: lines) }
            #expect(throws: StorageError.self) { try reader.subdirectories(of: base) }
        }
        shop.store.before { _ in .cutsOff(after: 5) }
        #expect(try reader.subdirectories(of: base).count == 4)
    }

    @Test func `what lies in the trash is not given up for lost`() throws {
        for lines in 0...2 {
            let shop = try HDFSWorkshop()
            let run = try shop.run("aa")
            let trash = shop.trash()
            #expect(trash.count == 3)
            shop.store.before { words in
                words.starts(with: ["-ls", "-d"]) ? .cutsOff(after: lines) : nil
            }
            _ = EmptyTrash(try shop.environment("bb", minutes: 1)).empty([run.run])
            shop.store.before(nil)
            #expect(shop.trash() == trash)
            let undo = try shop.undo(run.run, "cc", minutes: 2)
            #expect(undo.failedCount == 0, "\(undo)")
            for taken in Self.taken { #expect(paths(shop).contains(taken)) }
        }
    }
}
