// SPDX-License-Identifier: Apache-2.0

internal import Planning

extension JobShard {
    /// What a plan says to a run of this part.
    ///
    /// A part takes nothing outside snapshots, so that nothing is left alone for metadata that were
    /// gone when they were to be read: the run of another part moves some at any moment. Whatever
    /// else is not known is told by every part.
    ///
    /// - Parameter plan: The plan for all jobs.
    /// - Returns: The same decisions on snapshots, and none on what lies outside them.
    func view(of plan: Plan) -> Plan {
        var plan = plan
        plan.objects = []
        plan.objectTotals = []
        for index in plan.findings.indices where plan.findings[index].isOfVanished {
            plan.findings[index].severity = .note
        }
        return plan
    }
}
