// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Metrics as the text that Prometheus's node exporter collects from a file.
///
/// What a command does not know it takes over from the page that was there: a run that failed says
/// so, and what was seen before is still what is known.
///
/// Source: Prometheus documentation, "Exposition formats", text format 0.0.4; samples without time
/// stamps, which the node exporter refuses.
public struct MetricsPage {
    private(set) var samples: [MetricSample]

    /// Reads a page that was written before.
    ///
    /// - Parameter text: Lines that are no samples of ours are passed over.
    public init(reading text: String = "") {
        samples = text.split(separator: "\n").compactMap { MetricSample(line: $0) }
    }

    /// Puts samples in the place of all of the same group.
    mutating func replace(_ group: Metric.Group, with new: [MetricSample]) {
        samples.removeAll { $0.metric.group == group }
        samples += new
    }

    /// Puts samples in the place of those of one command; those that are not there anew stay.
    mutating func replace(command: String, with new: [MetricSample]) {
        let metrics = Set(new.map(\.metric))
        samples.removeAll { metrics.contains($0.metric) && $0["command"] == command }
        samples += new
    }

    /// The page: metrics in a fixed order, samples sorted by labels.
    public var text: String {
        var text = ""
        for metric in Metric.allCases {
            let own = samples.filter { $0.metric == metric }
            if own.isEmpty { continue }
            text += "# HELP \(metric.rawValue) \(metric.help)\n# TYPE \(metric.rawValue) gauge\n"
            var written: Set<[MetricSample.Label]> = []
            // Two values for the same labels would have the whole file refused.
            let once = own.filter { written.insert($0.labels).inserted }
            for line in once.map(\.line).sorted() { text += "\(line)\n" }
        }
        return text
    }
}

extension MetricSample {
    /// `name{label="value"} 1`.
    fileprivate var line: String {
        let labels = labels.map { "\($0.name)=\"\($0.value.labelled)\"" }.joined(separator: ",")
        return metric.rawValue + (labels.isEmpty ? "" : "{\(labels)}") + " \(value)"
    }

    /// Reads a line that `line` made.
    fileprivate init?(line: Substring) {
        guard let metric = Metric(rawValue: String(line.prefix { $0 != "{" && $0 != " " })) else {
            return nil
        }
        var rest = line.dropFirst(metric.rawValue.count)
        var labels: [Label] = []
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let name = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(name.count)
                guard rest.hasPrefix("=\""), let value = Self.value(&rest) else { return nil }
                labels.append(Label(name: String(name), value: value))
            } while rest.first == ","
            guard rest.first == "}" else { return nil }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let number = Double(rest.dropFirst()), number.isFinite else {
            return nil
        }
        self.init(metric, labels, String(rest.dropFirst()))
    }

    /// A value in quotation marks, behind an equals sign.
    private static func value(_ rest: inout Substring) -> String? {
        rest = rest.dropFirst(2)
        var value = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped == "n" ? "\n" : escaped)
            default: value.append(next)
            }
        }
        return nil
    }
}

extension String {
    /// As a label's value: backslashes, quotation marks and line ends escaped, what a terminal
    /// obeys made visible.
    fileprivate var labelled: String {
        printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
