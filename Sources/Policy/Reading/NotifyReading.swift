// SPDX-License-Identifier: Apache-2.0

extension PolicyReading {
    /// Reads `notify`: who is told of a run.
    mutating func readNotify(_ field: Field) -> NotifySettings {
        let example = "{ ping: \"https://hc-ping.com/your-uuid\" }"
        var settings = NotifySettings()
        let known = ["ping", "webhook"]
        guard let members = members(field, known: known, example: example) else { return settings }
        settings.ping = members["ping"].flatMap { webAddress($0) }
        settings.webhook = members["webhook"].flatMap { webAddress($0) }
        return settings
    }

    /// Reads `metrics`: the file that Prometheus's node exporter collects.
    mutating func readMetrics(_ field: Field) -> String? {
        let example = "\"/var/lib/prometheus/node-exporter/janitor.prom\""
        guard let path = text(field, example: example) else { return nil }
        guard path.hasPrefix("/"), path.hasSuffix(".prom"), !path.utf8.contains(0) else {
            report(.notify(.metricsFile(path)), at: field.place)
            return nil
        }
        return path
    }

    private mutating func webAddress(_ field: Field) -> String? {
        guard let text = text(field, example: "\"https://…\"") else { return nil }
        let rest = ["https://", "http://"].lazy.compactMap { opening in
            text.hasPrefix(opening) ? text.dropFirst(opening.count) : nil
        }.first
        guard let rest, let first = rest.first, first != "/",
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\"\\<>^`{|}#".contains($0) })
        else {
            report(.notify(.address(key: field.key)), at: field.place)
            return nil
        }
        return text
    }
}
