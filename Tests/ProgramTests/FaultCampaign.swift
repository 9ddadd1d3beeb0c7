// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Synchronization
import Testing

/// Many faults, each tried on a tree of its own, several at a time.
///
/// `JANITOR_TEST_FAULTS=all` tries all of them, a number so many of each campaign; the sample is
/// told by a seed that is printed and may be given in `JANITOR_TEST_SEED`. It takes from every kind of
/// call in turn, so that a call which is made once is tried as well as one that is made for each file.
struct FaultCampaign {
    private static let environment = ProcessInfo.processInfo.environment
    private static let usualSample = 20

    /// What goes wrong.
    enum Trouble: String, CaseIterable, Sendable {
        /// Calls that change something fail, or the program is killed at them.
        case changes
        /// Calls that change something are done, and fail all the same.
        case answers = "answers lost"
        /// Calls that look fail, or read half of what there is.
        case looks

        /// The variables that have the calls counted that this concerns.
        var counting: [String: String] { self == .looks ? Fault.looking : [:] }

        /// What may happen at a call.
        func faults(of call: String, at position: Int) -> [Fault] {
            switch self {
            case .changes:
                let kills: [Fault.Kind] = call.contains("write") ? [.before, .within] : [.before]
                return (kills + errors).map { Fault($0, at: position) }
            case .answers:
                // Of a call that is made again over the network, the second one's answer is told.
                return [.EIO, .ESTALE, .ENOENT, .EEXIST].map {
                    Fault($0, at: position, isDone: true)
                }
            case .looks:
                let half: [Fault.Kind] = ["read", "pread", "pread64"].contains(call) ? [.half] : []
                return (half + errors).map { Fault($0, at: position, looks: true) }
            }
        }

        /// What a failed call says, one at a time.
        private var errors: [Fault.Kind] {
            self == .looks
                ? [.EIO, .EACCES, .ENOENT, .ESTALE] : [.EIO, .ENOSPC, .EACCES, .ENOENT, .EXDEV]
        }
    }

    private let name: String
    private let faults: [Fault]
    private let total: Int
    private let seed: UInt64

    /// Makes a campaign of every fault at every call, or of a sample of them.
    ///
    /// The state before a call is the state after the one before it; killing after a call is tried
    /// at the last one only.
    ///
    /// - Parameters:
    ///   - name: What is disturbed, for the line that is printed.
    ///   - trouble: What goes wrong.
    ///   - calls: The calls of an undisturbed run that it concerns, in order.
    init(_ name: String, _ trouble: Trouble = .changes, calls: [String]) {
        let name = trouble == .changes ? name : "\(name), \(trouble.rawValue)"
        var kinds: [String: [Fault]] = [:]
        for (index, call) in calls.enumerated() {
            kinds[call, default: []] += trouble.faults(of: call, at: index + 1)
        }
        if trouble == .changes, let last = calls.last {
            kinds[last]?.append(Fault(.after, at: calls.count))
        }
        let all = kinds.sorted { $0.key < $1.key }.map(\.value)
        self.name = name
        total = all.reduce(0) { $0 + $1.count }
        let given = Self.environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...999_999)
        let wanted = Self.environment["JANITOR_TEST_FAULTS"] ?? "\(Self.usualSample)"
        if wanted == "all" {
            faults = Array(all.joined())
        } else {
            faults = Self.sample(Int(wanted) ?? Self.usualSample, of: all, seed: seed)
        }
    }

    /// So many faults, of every kind of call as many as of the others while there are enough.
    private static func sample(_ count: Int, of kinds: [[Fault]], seed: UInt64) -> [Fault] {
        var generator = SeededGenerator(seed: seed)
        let shuffled = kinds.map { $0.shuffled(using: &generator) }
        let longest = shuffled.map(\.count).max() ?? 0
        let turns = (0..<longest).flatMap { turn in
            shuffled.filter { turn < $0.count }.map { $0[turn] }.shuffled(using: &generator)
        }
        return Array(turns.prefix(count))
    }

    /// Tries them, on threads of their own: other tests go on meanwhile.
    ///
    /// - Parameter trial: Carries out one fault and tells what was wrong afterwards.
    func run(_ trial: @escaping @Sendable (Fault) throws -> [String]) async {
        #expect(!faults.isEmpty, "\(name): no fault was tried")
        let next = Atomic<Int>(0)
        let problems = Mutex<[String]>([])
        let faults = faults
        await withCheckedContinuation { done in
            DispatchQueue.global().async {
                let workers = max(2, ProcessInfo.processInfo.activeProcessorCount)
                DispatchQueue.concurrentPerform(iterations: workers) { _ in
                    while true {
                        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard index < faults.count else { return }
                        let found = Self.problems(of: faults[index], trial)
                        problems.withLock { $0 += found }
                    }
                }
                done.resume()
            }
        }
        for problem in problems.withLock({ $0 }).prefix(40) {
            Issue.record("\(name), seed \(seed): \(problem)")
        }
        print("faults tried: \(name): \(faults.count) of \(total), seed \(seed)")
    }

    private static func problems(
        of fault: Fault,
        _ trial: (Fault) throws -> [String]
    ) -> [String] {
        do {
            return try trial(fault).map { "\(fault): \($0)" }
        } catch {
            return ["\(fault): \(error)"]
        }
    }
}
