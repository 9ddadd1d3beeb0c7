// SPDX-License-Identifier: Apache-2.0

/// Finds the one running job of a name.
public enum JobChoice {
    /// Finds it.
    ///
    /// - Parameters:
    ///   - name: What it is called in Flink.
    ///   - jobs: All that Flink lists.
    ///   - address: Who was asked, for the message.
    /// - Returns: The only one of this name that runs.
    /// - Throws: `FlinkError` that lists what there is, where there is none or more than one.
    public static func running(
        _ name: String,
        among jobs: [FlinkJob],
        at address: String
    ) throws(FlinkError) -> FlinkJob {
        let action = "find the job \"\(name)\""
        let alive = jobs.filter { !$0.state.isOver && $0.name == name }
        let running = alive.filter { $0.state == .running }
        if let only = running.first, alive.count == 1 { return only }
        var detail: String
        if alive.count > 1 {
            detail = "several have this name: \(list(alive))"
        } else if let other = alive.first {
            detail = "it is not running: \(list([other]))"
        } else {
            let others = jobs.filter { !$0.state.isOver }
            detail =
                others.isEmpty
                ? "no job is running there" : "there is none; running are \(list(others))"
        }
        if detail.count > 4000 { detail = "\(detail.prefix(4000))…" }
        throw FlinkError(
            alive.count > 1 ? .ambiguous : .unknown,
            action: action,
            address: address,
            detail: detail
        )
    }

    private static func list(_ jobs: [FlinkJob]) -> String {
        jobs.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
            .map { "\"\($0.name)\" (\($0.id), \($0.state.rawValue.lowercased()))" }
            .joined(separator: ", ")
    }
}
