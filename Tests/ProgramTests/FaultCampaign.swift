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

    /// Tries them.
    ///
    /// - Parameter trial: Carries out one fault and tells what was wrong afterwards.
    func run(_ trial: @escaping @Sendable (Fault) throws -> [String]) {
        #expect(!faults.isEmpty, "\(name): no fault was tried")
        let next = Atomic<Int>(0)
        let faults = faults
        let seed = seed
        let name = name
        let workers = max(2, ProcessInfo.processInfo.activeProcessorCount)
        let problems = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < faults.count else { return }
                let fault = faults[index]
                do {
                    let found = try trial(fault).map { "\(fault): \($0)" }
                    problems.withLock { $0 += found }
                } catch {
                    problems.withLock { $0.append("\(fault): \(error)") }
                }
            }
        }
        for problem in problems.withLock({ $0 }).prefix(40) {
            Issue.record("\(name), seed \(seed): \(problem)")
        }
        print("faults tried: \(name): \(faults.count) of \(total), seed \(seed)")
    }
}
