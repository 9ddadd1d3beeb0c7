// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import HDFSRemoval
import HDFSStorage
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Synchronization
import Testing

/// Locks of several roots, and of several that want one (law 11).
@Suite struct LockTakingTests {
    private static let minute: Int64 = 60_000_000_000
    private static let now = Instant(seconds: 1_795_000_000)

    private let store: SimulatedHDFS
    private let roots = ["a", "b"].compactMap {
        StorageURL(parsing: ObjectName("hdfs://nn:8020/flink/\($0)"))
    }

    init() {
        self.init(SimulatedHDFS(at: Self.now))
        for root in ["a", "b"] { store.shell("-mkdir", "-p", "/flink/\(root)") }
    }

    private var locker: HDFSLocker {
        let settings = HadoopShell.Settings(
            command: ["/bin/true"],
            options: [],
            javaOptions: [],
            timeLimit: .seconds(60),
            environment: CommandEnvironment(passing: [String: String]())
        )
        let shell = HadoopShell(store: roots[0], settings: settings, runner: store)
        return HDFSLocker(
            shell: shell,
            reader: HDFSStorage(shell: shell, spoolDirectory: "/tmp") { _ in }
        )
    }

    /// Somebody on a machine of the name, whose lock ends so many minutes from now.
    private func owner(_ token: String, on host: String, endsIn minutes: Int64 = 10) -> LockOwner {
        LockOwner(
            token: token,
            host: host,
            boot: "00000000-0000-0000-0000-000000000000",
            process: 1,
            processStart: 1,
            command: "run",
            renewed: Self.now.advanced(byNanoseconds: (minutes - 10) * Self.minute),
            expires: Self.now.advanced(byNanoseconds: minutes * Self.minute),
            machine: host
        )
    }

    private func entries(of root: String) -> [String] {
        store.paths(below: "/flink/\(root)/.janitor-lock")
    }

    @Test func `law 11: a look at locks that was stopped tells nothing, whatever it printed`()
        throws
    {
        store.before { words in
            words.first == "-ls" ? .doesAndEnds(.stopped(.total(.seconds(60)))) : nil
        }
        #expect(throws: LockError.self) {
            try locker.acquire(roots, owner: owner("mine", on: "z"))
        }
        #expect(entries(of: "a") + entries(of: "b") == [])
    }

    @Test func `what was taken over goes back when another root is held`() throws {
        _ = try locker.acquire(roots, owner: owner("dead", on: "x", endsIn: -11))
        locker.release([roots[1]], owner: owner("dead", on: "x", endsIn: -11))
        _ = try locker.acquire(roots[1], owner: owner("other", on: "y"))
        let mine = owner("mine", on: "z")
        #expect(throws: LockError.self) { try locker.acquire(roots, owner: mine) }
        #expect(entries(of: "a") == [])
        // Whoever waits and tries again has no lock of its own in its way.
        locker.release([roots[1]], owner: owner("other", on: "y"))
        #expect(try locker.acquire(roots, owner: mine).roots == roots)
    }

    @Test func `two that adopt one lock at any two times are never both its owners`() throws {
        // As long as the first one makes calls, the second one comes in between.
        for call in 0..<12 {
            let store = SimulatedHDFS(at: Self.now)
            store.shell("-mkdir", "-p", "/flink/a/.janitor-lock")
            store.setClock(Self.now.advanced(byNanoseconds: 90 * Self.minute))
            let test = LockTakingTests(store)
            let count = Mutex(0)
            let second = Mutex<Bool?>(nil)
            store.before { _ in
                let isTime = count.withLock { count in
                    count += 1
                    return count == call + 1
                }
                if isTime { second.withLock { $0 = test.takes("second", on: "y") } }
                return nil
            }
            let first = test.takes("first", on: "x")
            store.before(nil)
            let other = second.withLock { $0 } ?? false
            #expect(!(first && other), "both took it at call \(call)")
            // Whoever has not got it leaves nothing; whoever has gives it back.
            let names = test.entries(of: "a")
            #expect(names.count == (first || other ? 1 : 0), "call \(call): \(names)")
        }
    }

    private init(_ store: SimulatedHDFS) {
        self.store = store
    }

    private func takes(_ token: String, on host: String) -> Bool {
        let later = LockOwner(
            token: token,
            host: host,
            boot: "00000000-0000-0000-0000-000000000000",
            process: 1,
            processStart: 1,
            command: "run",
            renewed: Self.now.advanced(byNanoseconds: 90 * Self.minute),
            expires: Self.now.advanced(byNanoseconds: 100 * Self.minute),
            machine: host
        )
        return (try? locker.acquire(roots[0], owner: later)) != nil
    }

    @Test func `a lock in which only dead owners have left entries is taken over`() throws {
        let dead = ["one", "two"].map { owner($0, on: $0, endsIn: -11) }
        _ = try locker.acquire(roots[0], owner: dead[0])
        // As if the second had been killed right after it adopted the lock too.
        let first = try #require(entries(of: "a").first)
        store.write(first.replacing("one", with: "two"))
        let mine = owner("mine", on: "z")
        #expect(try locker.acquire([roots[0]], owner: mine).roots == [roots[0]])
        #expect(entries(of: "a").count == 1)
        // One that is at work keeps it, whatever the dead have left beside it.
        store.write(first)
        #expect(throws: LockError.self) {
            try locker.acquire([roots[0]], owner: owner("next", on: "w"))
        }
        try locker.renew([roots[0]], owner: mine)
        locker.release([roots[0]], owner: mine)
        #expect(entries(of: "a") == [first])
    }

    @Test func `of two that may be at work neither is told to be gone`() throws {
        _ = try locker.acquire(roots[0], owner: owner("one", on: "one"))
        let first = try #require(entries(of: "a").first)
        store.write(first.replacing("one", with: "two"))
        #expect(throws: LockError.self) {
            try locker.acquire([roots[0]], owner: owner("mine", on: "z"))
        }
        #expect(entries(of: "a").count == 2)
    }

    // MARK: More roots than one call takes

    private func manyRoots() -> [StorageURL] {
        let names = (0...1000).map { "many/\($0)" }
        for name in names { store.shell("-mkdir", "-p", "/flink/\(name)") }
        return names.compactMap { StorageURL(parsing: ObjectName("hdfs://nn:8020/flink/\($0)")) }
    }

    @Test func `what stands at any of very many roots is seen, whichever call met it`() throws {
        let roots = manyRoots()
        _ = try locker.acquire([roots[0], roots[1000]], owner: owner("dead", on: "x", endsIn: -11))
        let mine = owner("mine", on: "z")
        #expect(try locker.acquire(roots, owner: mine).roots == roots)
        locker.release(roots, owner: mine)
        for name in ["many/0", "many/1000"] { store.shell("-rm", "-r", "/flink/\(name)") }
        #expect(try locker.acquire(roots, owner: mine).roots == Array(roots[1..<1000]))
    }

    @Test func `law 11: of calls that look at very many locks none may have been stopped`() throws {
        let roots = manyRoots()
        _ = try locker.acquire([roots[0]], owner: owner("other", on: "x"))
        let count = Mutex(0)
        store.before { words in
            guard words.first == "-ls" else { return nil }
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            // The other one only misses locks.
            return isFirst ? .ends(.stopped(.total(.seconds(60)))) : nil
        }
        #expect(throws: LockError.self) {
            try locker.check(roots, owner: owner("mine", on: "z"))
        }
        #expect(count.withLock { $0 } == 2)
    }

    @Test func `a lock that stood already is no new one, where exit codes get lost`() throws {
        _ = try locker.acquire([roots[0]], owner: owner("dead", on: "x", endsIn: -11))
        store.before { words in words.first == "-mkdir" ? .doesAndEnds(.exited(0)) : nil }
        #expect(try locker.acquire([roots[0]], owner: owner("mine", on: "z")).roots == [roots[0]])
        #expect(entries(of: "a").count == 1)
    }
}
