// SPDX-License-Identifier: Apache-2.0

extension PolicyReading {
    /// Reads a job's `flink`: how its own Flink is asked.
    mutating func readFlink(_ field: Field) -> FlinkSettings? {
        let example = "{ rest: \"http://jobmanager:8081\" }"
        let known = [
            "rest", "curlConfig", "command", "options", "job", "timeLimit", "waitLimit", "health",
        ]
        guard let members = members(field, known: known, example: example) else { return nil }
        guard let access = access(members, of: field) else { return nil }
        var settings = FlinkSettings(access)
        if let field = members["curlConfig"] {
            settings.curlConfig = curlConfig(field, access: access)
        }
        if let field = members["options"] {
            settings.options = words(field, example: "[\"-t\", \"yarn-session\"]") ?? []
            if case .rest = access {
                report(.flink(.onlyWith("options", "command")), at: field.place)
            }
        }
        if let field = members["job"] { settings.job = flinkJob(field) }
        if let field = members["timeLimit"] {
            settings.timeLimit = callLimit(field) ?? settings.timeLimit
        }
        if let field = members["waitLimit"] {
            settings.waitLimit = callLimit(field) ?? settings.waitLimit
        }
        if let field = members["health"] {
            settings.health = health(field)
            if case .command = access {
                report(.flink(.onlyWith("health", "rest")), at: field.place)
            }
        }
        return settings
    }

    private mutating func access(
        _ members: [String: Field],
        of field: Field
    ) -> FlinkSettings.Access? {
        if let command = members["command"] {
            if let rest = members["rest"] { report(.flink(.both), at: rest.place) }
            return commandLine(command, example: "[\"flink\"]").map { .command($0) }
        }
        guard let rest = members["rest"] else {
            let example = "rest: \"http://jobmanager:8081\""
            report(.shape(.missingKey("rest", example: example)), at: field.place)
            return nil
        }
        guard let text = text(rest, example: "\"http://jobmanager:8081\"") else { return nil }
        return attempt(at: rest.place) { () throws(PlaceProblem) in
            .rest(try PlaceReading.rest(text))
        }
    }

    private mutating func health(_ field: Field) -> HealthThresholds {
        var health = HealthThresholds()
        let known = [
            "duration", "intervalShare", "sinceLast", "gigabytes", "growth", "failures",
        ]
        let example = "{ duration: \"5m\", sinceLast: \"30m\" }"
        guard let members = members(field, known: known, example: example) else { return health }
        for (name, path) in [
            ("duration", \HealthThresholds.duration), ("sinceLast", \.sinceLast),
        ] {
            if let limit = members[name].flatMap({ callLimit($0) }) {
                health[keyPath: path] = limit
            }
        }
        for (name, path) in [
            ("intervalShare", \HealthThresholds.intervalShare), ("growth", \.growth),
            ("failures", \.failures),
        ] {
            if let share = members[name].flatMap({ share($0) }) { health[keyPath: path] = share }
        }
        if let field = members["gigabytes"] {
            health.gigabytes = count(field, least: 1, example: "100") ?? health.gigabytes
        }
        return health
    }

    private mutating func curlConfig(_ field: Field, access: FlinkSettings.Access) -> String? {
        guard let path = text(field, example: "\"/etc/janitor/curl.conf\"") else { return nil }
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            report(.flink(.curlConfig(path)), at: field.place)
            return nil
        }
        if case .command = access {
            report(.flink(.onlyWith("curlConfig", "rest")), at: field.place)
        }
        return path
    }

    private mutating func flinkJob(_ field: Field) -> String? {
        guard let name = text(field, example: "\"Sales pipeline\"") else { return nil }
        guard !name.isEmpty, !name.contains(where: \.isNewline) else {
            report(.flink(.jobName(name)), at: field.place)
            return nil
        }
        return name
    }
}
