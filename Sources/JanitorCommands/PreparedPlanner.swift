// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Planning
internal import Policy

/// A planner, and what it is told of earlier runs and by operators.
struct PreparedPlanner {
    let planner: Planner
    /// What earlier runs saw.
    let memory: PlanningMemory
    /// What operators dismissed, and which jobs are retired.
    let waivers: Waivers
}

extension CommandContext {
    /// Prepares what looks and decides, for a command that changes nothing.
    ///
    /// What of the state directory does not read is a note: it makes less go, never more.
    ///
    /// - Parameters:
    ///   - policy: A sound policy.
    ///   - arguments: The command's.
    ///   - asksFlink: Whether the Flinks that the policy names are asked.
    ///   - recalls: Whether metadata that an earlier run read are recalled, not read again.
    /// - Returns: The planner.
    /// - Throws: `CommandFailure` where nothing says where the state directory is.
    func planner(
        _ policy: JanitorPolicy,
        _ arguments: ParsedArguments,
        asksFlink: Bool = true,
        recalls: Bool = true
    ) throws -> PreparedPlanner {
        let state = try state(arguments)
        let (memory, problem) = MemoryFile.read(state)
        let (waivers, fault) = WaiverFile.read(state)
        for problem in [problem, fault].compactMap(\.self) { console.message("note: \(problem)") }
        let planner = Planner(
            policy: policy,
            readerFor: try readers(policy, arguments),
            metadata: recalls ? MetadataMemoryFile(state, isRecording: false) : nil,
            ask: asksFlink ? ask : { _ in FlinkWord() }
        )
        return PreparedPlanner(planner: planner, memory: memory, waivers: waivers)
    }

    /// Says what could not be known, each with what to do next.
    func warn(of findings: [Finding]) {
        for finding in findings {
            let hint = finding.hint.isEmpty ? "" : "\n  hint: \(finding.hint)"
            console.message("warning: \(finding.subject): \(finding.message)\(hint)")
        }
    }
}
