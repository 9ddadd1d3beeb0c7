// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

extension JanitorPolicy {
    /// 32 hexadecimal digits that stand for what the policy means.
    ///
    /// The file's name, its comments, the order of jobs, aliases and places, and whether something
    /// was said or left to the defaults make no difference; nor does who is told of a run. Tells that a policy changed between a
    /// plan and its approval; it is a plain checksum and no proof against somebody who wants two
    /// policies to look alike.
    public var fingerprint: String {
        var ordered = self
        ordered.source = ""
        ordered.notify = .nobody
        ordered.metrics = nil
        ordered.jobs.sort { $0.name < $1.name }
        ordered.aliases.sort { $0.written < $1.written }
        ordered.alsoRead = Set(alsoRead).sorted()
        ordered.protected = Set(protected).sorted()
        return Checksum128(of: ordered.json5).description
    }
}
