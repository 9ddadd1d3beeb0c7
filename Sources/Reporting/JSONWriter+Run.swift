// SPDX-License-Identifier: Apache-2.0

internal import Execution

/// What runs, undos and emptyings have in common.
extension JSONWriter {
    /// What became of one thing.
    ///
    /// - Parameters:
    ///   - line: The thing.
    ///   - outcome: One word for it.
    ///   - hasJob: Whether its job stands beside it.
    mutating func line(_ line: RunReport.Line, outcome: String, hasJob: Bool = false) {
        object { json in
            json.place(line.place)
            json.key("form")
            json.value(line.form.rawValue)
            if hasJob {
                json.key("job")
                json.value(line.job)
            }
            json.key("bytes")
            json.value(line.bytes)
            json.key("outcome")
            json.value(outcome)
            json.key("error")
            json.value(line.error)
        }
    }

    /// The key `notes`: what is to be told beside the lines, and what ended it early.
    mutating func notes(of report: RunReport) {
        key("notes")
        array { json in
            (report.notes + [report.stateError].compactMap(\.self)).forEach { json.value($0) }
        }
    }
}
