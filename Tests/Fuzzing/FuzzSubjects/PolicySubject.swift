// SPDX-License-Identifier: Apache-2.0

import Policy

/// The reader of policies: JSON5, and what it means.
public struct PolicySubject: FuzzSubject {
    /// Its name.
    public static let name = "policy"

    /// The policies of the checkout, and one that says everything.
    public static func seeds() throws -> [[UInt8]] {
        let shipped = try FuzzCorpus.files(in: "policies", endingIn: ".json5")
        let spoken = shipped.compactMap { bytes in
            (try? PolicyDecoder.decode(bytes, source: "seed"))?.json5.utf8
        }
        return shipped + spoken.map { Array($0) }
            + (try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/policy", endingIn: ".json5"))
    }

    /// Makes one.
    public init() {}

    /// There is a policy, which reads back as the same, or at least one problem inside the text.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let policy: JanitorPolicy
        do throws(PolicyErrors) {
            policy = try PolicyDecoder.decode(input, source: "input")
        } catch {
            if error.problems.isEmpty { return "refused without a problem" }
            return error.description.isEmpty ? "a problem without words" : nil
        }
        do throws(PolicyErrors) {
            let again = try PolicyDecoder.decode(Array(policy.json5.utf8), source: "input")
            guard again == policy else { return "written and read it is another policy" }
            return again.fingerprint == policy.fingerprint ? nil : "it has two fingerprints"
        } catch {
            return "written it does not read: \(error)"
        }
    }
}
