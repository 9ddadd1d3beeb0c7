// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

/// The built program on trees that others have made hard to work on (law 6).
struct HostileTreeTests {
    private static let oldest = "savepoint-5a1e5a-000000000000"
    private static let day: Int64 = 86_400_000_000_000

    @Test(arguments: FaultSite.Way.allCases)
    func `names of any bytes work exactly, or are named and left`(way: FaultSite.Way) throws {
        let directory = try TemporaryDirectory()
        let now = Instant(Date())
        for (index, name) in HostileNames.all.enumerated() {
            for (number, days): (Int, Int64) in [(1, 30), (2, 20), (3, 10)] {
                let time = now.advanced(byNanoseconds: -days * Self.day)
                let place = ObjectName("tree").appending(name)
                    .appending(ObjectName("savepoint-5a1e5a-00000000000\(number)"))
                // A name of its own for each: a file's name protects wherever it lies.
                let file = "5a11ed00-0000-4000-8000-\(100_000_000_000 + index * 10 + number)"
                let metadata = SampleMetadata.savepoint(
                    id: Int64(number),
                    file: SampleMetadata.File(file, 3)
                )
                try directory.write(place.appending("_metadata"), metadata)
                try directory.write(place.appending(ObjectName(file)), [1, 2, 3])
                for path in [
                    place.appending("_metadata"), place.appending(ObjectName(file)), place,
                ] { try directory.setModified(path, time) }
            }
        }
        let policy = """
            { defaults: { savepoints: { keepLast: 1 }, limits: null, trash: "\(way.rawValue)" },
              jobs: [ { name: "{job}", savepoints: "file://\(directory.path)/tree/{job}" } ] }
            """
        try directory.write("policy.json5", Array(policy.utf8))
        let end = try BuiltProgram().run([
            "run", "--policy", "\(directory.path)/policy.json5", "--state",
            "\(directory.path)/state",
        ])
        // Those that are no text are left for what they are, and said to be.
        #expect(end.code == 3, "\(end.text)")
        // A job's name is text, and two names that are the same text are one job's.
        let refused = HostileNames.all.filter { !$0.isUTF8 || $0 == ObjectName([0xC3, 0xA4]) }
        for name in HostileNames.all {
            for number in 1...3 where !refused.contains(name) {
                let place = ObjectName("tree").appending(name)
                    .appending(ObjectName("savepoint-5a1e5a-00000000000\(number)"))
                #expect(directory.exists(place) == (number == 3), "\(place)")
            }
        }
        let journal = try JournalText(state: "\(directory.path)/state")
        #expect(journal.gone.count == 2 * (HostileNames.all.count - refused.count))
        let plan = try BuiltProgram().run([
            "plan", "--policy", "\(directory.path)/policy.json5", "--state",
            "\(directory.path)/state",
        ])
        let told = plan.text.components(separatedBy: "only read, never touched").last ?? ""
        for name in refused {
            #expect(told.contains("/tree/\(name) ("), "\(name) is not named")
            #expect(told.contains("/tree/\(name):"), "\(name) is not said to be refused")
            let place = ObjectName("tree").appending(name)
            #expect(directory.exists(place.appending("savepoint-5a1e5a-000000000001/_metadata")))
        }
    }

    @Test(arguments: FaultSite.Way.allCases)
    func `a snapshot deeper than any path may be long goes like others`(
        way: FaultSite.Way
    ) throws {
        let site = try FaultSite(way)
        let root = "\(site.tree)/sp/\(FaultSite.job)"
        var writer = TreeWriter(top: site.tree)
        // Names of files that no other snapshot of the site has.
        for _ in 0..<100 { _ = writer.uuid() }
        try writer.savepoint(
            Self.oldest,
            id: 1,
            size: 100,
            at: Instant(Date()).advanced(byNanoseconds: -60 * Self.day)
        )
        try writer.settleTimes()
        let levels = [String](repeating: "far down", count: 1200)
        let bottom = try descend(from: root, levels, making: true)
        defer { close(bottom) }
        let moved = renameat(AT_FDCWD, "\(site.tree)/\(Self.oldest)", bottom, Self.oldest)
        try #require(moved == 0)
        let end = try site.run(["run"])
        #expect(end.code == 0, "\(end.text.suffix(2000))")
        #expect(faccessat(bottom, Self.oldest, F_OK, 0) != 0)
        #expect(try JournalText(state: site.state).gone.count == 6)
        guard way == .trash else { return }
        let run = try #require(try JournalText(state: site.state).runs.first)
        let trash = try descend(from: "\(root)/.janitor-trash/\(run)", levels, making: false)
        defer { close(trash) }
        #expect(faccessat(trash, "\(Self.oldest)/_metadata", F_OK, 0) == 0)
    }

    private func descend(from top: String, _ levels: [String], making: Bool) throws -> Int32 {
        var current = open(top, O_RDONLY | O_DIRECTORY)
        for level in levels where current >= 0 {
            if making { mkdirat(current, level, 0o755) }
            let next = openat(current, level, O_RDONLY | O_DIRECTORY)
            close(current)
            current = next
        }
        guard current >= 0 else { throw TestSystemError("openat", errno) }
        return current
    }

    @Test(arguments: FaultSite.Way.allCases)
    func `links that another process swaps in all the time lead nowhere`(
        way: FaultSite.Way
    ) throws {
        let outside = try FaultSite(way)
        let swaps = Atomic<Int>(0)
        let calm = try FaultSite(way)
        try #require(try calm.run(["run"]).code == 0)
        let expected = FaultLaws.expected(from: try calm.snapshot())
        for _ in 0..<8 {
            let site = try FaultSite(way)
            let laws = try FaultLaws(site, expected: expected)
            let stop = Atomic<Bool>(false)
            let done = DispatchSemaphore(value: 0)
            let (tree, target) = (site.tree, outside.tree)
            Thread.detachNewThread {
                let job = FaultSite.job
                let paths = [
                    "sp/\(job)/savepoint-5a1e5a-000000000001", "sp/\(job)/native", "sp/\(job)",
                    "cp/\(job)/0de5500000000000000000000000aaaa/chk-1",
                    "cp/\(job)/0de5500000000000000000000000aaaa", "cp/\(job)",
                ]
                while !stop.load(ordering: .relaxed) {
                    for path in paths {
                        let (place, aside) = ("\(tree)/\(path)", "\(tree)/aside")
                        guard rename(place, aside) == 0 else { continue }
                        symlink("\(target)/\(path)", place)
                        swaps.wrappingAdd(1, ordering: .relaxed)
                        // The program puts a link back that it had moved, whenever it gets to it.
                        for _ in 0..<1000 {
                            unlink(place)
                            if rename(aside, place) == 0 { break }
                        }
                    }
                }
                done.signal()
            }
            for _ in 0..<4 {
                let end = try site.run(["run"])
                #expect([0, 1, 3, 5].contains(end.code), "\(end)")
            }
            stop.store(true, ordering: .relaxed)
            done.wait()
            let violations = laws.violations(in: try site.snapshot())
            #expect(violations.isEmpty, "\(violations)")
            #expect(outside.original.differences(to: try outside.snapshot()) == [])
        }
        print("links swapped in: \(swaps.load(ordering: .relaxed))")
        #expect(swaps.load(ordering: .relaxed) > 1000)
    }

    /// Directories of the site in which something goes.
    private static let swapped = [
        "sp/\(FaultSite.job)/savepoint-5a1e5a-000000000001", "sp/\(FaultSite.job)/native",
        "cp/\(FaultSite.job)/0de5500000000000000000000000aaaa/chk-1",
        "cp/\(FaultSite.job)/0de5500000000000000000000000aaaa",
        "cp/\(FaultSite.job)/0de5500000000000000000000000bbbb",
    ]

    @Test(arguments: FaultSite.Way.allCases, swapped)
    func `a link in the place of a directory, made between plan and step, leads nowhere`(
        way: FaultSite.Way,
        path: String
    ) throws {
        let rehearsal = try Rehearsal(way)
        let site = rehearsal.site
        let outside = try FaultSite(way)
        let run = try site.start(["run"], Fault(.stop, at: try rehearsal.firstRemoval()))
        try #require(run.waitUntilStopped(), "\(run.text)")
        // What the link leads to looks just as what was planned.
        let (place, aside) = ("\(site.tree)/\(path)", "\(site.directory.path)/aside")
        let before = try TreeSnapshot(of: place)
        try FileManager.default.moveItem(atPath: place, toPath: aside)
        try FileManager.default.createSymbolicLink(
            atPath: place,
            withDestinationPath: "\(outside.tree)/\(path)"
        )
        run.send(SIGCONT)
        let end = run.wait()
        #expect(end.code == 3, "\(end)")
        #expect(end.text.contains("\(path)"), "\(end)")
        #expect(outside.original.differences(to: try outside.snapshot()) == [])
        let changes = before.differences(to: try TreeSnapshot(of: aside))
        // The step in hand had the snapshot open, and goes on in it wherever it was moved to.
        let isInHand = way == .removal && path.hasSuffix("bbbb")
        let rest = changes.filter { !isInHand || !$0.hasPrefix("chk-9") }
        #expect(rest.isEmpty, "\(rest)")
        // Put back, it goes as it would have gone: but for a directory that was emptied and not
        // removed, and for what a snapshot needs that lies in the trash by now.
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: aside, toPath: place)
        #expect(rehearsal.laws.violations(in: try site.snapshot()) == [])
        let next = try site.run(["run"])
        #expect(next.code == 0, "\(next)")
        let after = try site.snapshot()
        #expect(rehearsal.laws.violations(in: after) == [])
        guard !isInHand, way == .removal || !path.hasSuffix("aaaa") else { return }
        let differences = rehearsal.laws.differencesAtEnd(in: after)
        #expect(differences.isEmpty, "\(differences)")
    }
}
