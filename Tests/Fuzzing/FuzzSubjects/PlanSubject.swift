// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import PlanChecking
import Reporting
import SnapshotModel

/// The readers of saved plans: as a permission, and as a claim to be checked.
///
/// An input is a plan up to its checksum, which is put behind it: else nothing but the checksum would
/// ever be looked at.
public struct PlanSubject: FuzzSubject {
    /// Its name.
    public static let name = "plan"

    private static let mark = Array("\"checksum\": \"".utf8)

    /// Plans as they are written.
    public static func seeds() throws -> [[UInt8]] {
        let plans = try FuzzCorpus.files(
            in: "Tests/ReportingTests/Golden",
            endingIn: ".json",
            limit: 1 << 16
        )
        return plans.compactMap { plan in
            plan.indices.reversed().first { plan[$0...].starts(with: mark) }.map {
                Array(plan[..<$0])
            }
        }
    }

    /// Makes one.
    public init() {}

    /// A permission is for what lies below a root and is none, and without a checksum there is none.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        var sum = Checksum128()
        input.withUnsafeBytes { sum.add($0) }
        let tail = Self.mark + Array("\(sum)\"\n}\n".utf8)
        let whole = Data(input + tail)
        if read(Data(input)) != nil { return "it is a permission without its checksum" }
        _ = try? PlanCheck(roots: [], aliases: [], dismissed: [], readerFor: { _ in nil })
            .check(whole)
        guard let approval = read(whole) else { return nil }
        let places = Array(approval.items.keys) + Array(approval.objects.keys)
        for place in places {
            if place.path.components.contains(where: { $0 == ".." || $0 == "." }) {
                return "it permits to take \"\(place)\""
            }
            if place.path.components.isEmpty { return "it permits to take a root" }
        }
        let cut = input.number(below: whole.count)
        return read(whole.prefix(cut)) == nil ? nil : "cut at byte \(cut) it is a permission"
    }

    private func read(_ data: Data) -> Approval? {
        do throws(SavedPlanError) {
            return try SavedPlan.read(data, source: "input")
        } catch {
            _ = error.description
            return nil
        }
    }
}
