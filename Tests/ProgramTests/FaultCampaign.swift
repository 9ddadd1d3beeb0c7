// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Synchronization
import Testing

/// Many faults, each tried on a tree of its own, several at a time.
///
/// `JANITOR_TEST_FAULTS=all` tries all of them, a number so many of each campaign; the sample is
/// told by a seed that is printed and may be given in `JANITOR_TEST_SEED`.
struct FaultCampaign {
    private static let environment = ProcessInfo.processInfo.environment
    private static let usualSample = 90

    /// What a failed call says, one at a time.
    static let errors: [Fault.Kind] = [.EIO, .ENOSPC, .EACCES, .ENOENT, .EXDEV]

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
    ///   - calls: The calls of an undisturbed run, in order.
    init(_ name: String, calls: [String]) {
        var all: [Fault] = []
        for (index, call) in calls.enumerated() {
            all.append(Fault(.before, at: index + 1))
            if call.contains("write") { all.append(Fault(.within, at: index + 1)) }
            all += Self.errors.map { Fault($0, at: index + 1) }
        }
        if !calls.isEmpty { all.append(Fault(.after, at: calls.count)) }
        self.name = name
        total = all.count
        let given = Self.environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...999_999)
        let wanted = Self.environment["JANITOR_TEST_FAULTS"] ?? "\(Self.usualSample)"
        if wanted == "all" {
            faults = all
        } else {
            var generator = SeededGenerator(seed: seed)
            all.shuffle(using: &generator)
            faults = Array(all.prefix(Int(wanted) ?? Self.usualSample))
        }
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
