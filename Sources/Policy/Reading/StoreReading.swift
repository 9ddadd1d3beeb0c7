// SPDX-License-Identifier: Apache-2.0

extension PolicyReading {
    /// Reads `stores`: how each kind of store is reached.
    mutating func readStores(_ field: Field) -> StoreSettings {
        var settings = StoreSettings.builtIn
        let example = "{ hdfs: { command: [\"sudo\", \"-u\", \"flink\", \"hdfs\"] } }"
        guard let members = members(field, known: ["hdfs", "s3"], example: example) else {
            return settings
        }
        if let field = members["hdfs"] { settings.hdfs = hdfs(field) }
        if let field = members["s3"] { settings.s3 = readS3(field) }
        return settings
    }

    private mutating func hdfs(_ field: Field) -> HDFSSettings {
        var settings = HDFSSettings.builtIn
        let known = ["command", "options", "javaOptions", "timeLimit"]
        let example = "{ command: [\"hdfs\"] }"
        guard let members = members(field, known: known, example: example) else {
            return settings
        }
        if let field = members["command"] {
            settings.command = commandLine(field, example: "[\"hdfs\"]") ?? settings.command
        }
        if let field = members["options"] {
            settings.options = words(field, example: "[\"-Ddfs.client.x=y\"]") ?? []
        }
        if let field = members["javaOptions"] {
            settings.javaOptions = words(field, example: "[\"-XX:+UseSerialGC\"]") ?? []
        }
        if let field = members["timeLimit"] {
            settings.timeLimit = callLimit(field) ?? settings.timeLimit
        }
        return settings
    }

    /// A command line as a list of words: the program, by a bare name or its absolute path, and
    /// what follows it.
    mutating func commandLine(_ field: Field, example: String) -> [String]? {
        guard let words = words(field, example: example) else { return nil }
        guard let program = words.first else {
            report(.command(.empty(example: field.example(example))), at: field.place)
            return nil
        }
        if program.isEmpty || program.contains("/") && !program.hasPrefix("/") {
            report(.command(.program(program)), at: field.place)
            return nil
        }
        return words
    }

    /// A list of words for a command line.
    mutating func words(_ field: Field, example: String) -> [String]? {
        guard let items = items(field, example: example) else { return nil }
        var words: [String] = []
        for item in items {
            guard let word = text(item, example: "\"-x\"") else { return nil }
            if word.utf8.contains(0) {
                report(.command(.zero(word)), at: item.place)
                return nil
            }
            words.append(word)
        }
        return words
    }

    /// How long a call of somebody else's program may take.
    mutating func callLimit(_ field: Field) -> RetentionDuration? {
        guard let limit = duration(field, example: "30m") else { return nil }
        guard let length = limit.fixedNanoseconds, length > 0, length <= Self.longestCall else {
            report(.command(.timeLimit(limit.description)), at: field.place)
            return nil
        }
        return limit
    }

    /// A day, in nanoseconds: a call that takes longer never ends.
    private static let longestCall: Int64 = 24 * 3_600_000_000_000
}
