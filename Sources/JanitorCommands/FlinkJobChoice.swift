// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Policy
internal import SnapshotModel

/// The job of the policy that `--job` names.
struct FlinkJobChoice {
    let job: ManagedJob

    init(_ roster: JobRoster, _ arguments: ParsedArguments) throws {
        guard let name = arguments[.job]?.description else { throw Self.noneIsNamed(roster) }
        guard let job = roster.jobs.first(where: { $0.name == name }) else {
            throw CommandFailure(
                code: .usage,
                message: "the policy has no job \"\(name)\"\n  hint: it has \(Self.names(roster))"
            )
        }
        self.job = job
    }

    /// What is said where `--job` is missing.
    static func noneIsNamed(_ roster: JobRoster) -> CommandFailure {
        CommandFailure(
            code: .usage,
            message: "no job is named\n  hint: write --job NAME; the policy has \(names(roster))"
        )
    }

    private static func names(_ roster: JobRoster) -> String {
        roster.jobs.map { "\"\($0.name)\"" }.joined(separator: ", ")
    }
}
