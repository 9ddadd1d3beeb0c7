// SPDX-License-Identifier: Apache-2.0

extension PolicyReading {
    /// Reads `stores.s3`: which command line reaches S3, and with what.
    mutating func readS3(_ field: Field) -> S3StoreSettings {
        var settings = S3StoreSettings.builtIn
        let known = [
            "client", "aws", "s5cmd", "profile", "region", "endpoint", "options", "parallel",
            "timeLimit",
        ]
        guard let members = members(field, known: known, example: "{ profile: \"backup\" }") else {
            return settings
        }
        if let field = members["client"] { settings.client = client(field) ?? settings.client }
        if let field = members["aws"] {
            settings.aws = commandLine(field, example: "[\"aws\"]") ?? settings.aws
        }
        if let field = members["s5cmd"] {
            settings.s5cmd = commandLine(field, example: "[\"s5cmd\"]") ?? settings.s5cmd
        }
        if let field = members["profile"] { settings.profile = word(field, example: "\"backup\"") }
        if let field = members["region"] {
            settings.region = word(field, example: "\"eu-central-1\"")
        }
        if let field = members["endpoint"] { settings.endpoint = endpoint(field) }
        if let field = members["options"] {
            settings.options = words(field, example: "[\"--no-verify-ssl\"]") ?? []
        }
        if let field = members["parallel"] {
            settings.parallel = parallel(field) ?? settings.parallel
        }
        if let field = members["timeLimit"] {
            settings.timeLimit = callLimit(field) ?? settings.timeLimit
        }
        return settings
    }

    private mutating func client(_ field: Field) -> S3StoreSettings.Client? {
        guard let name = text(field, example: "\"aws\"") else { return nil }
        if let client = S3StoreSettings.Client(rawValue: name) { return client }
        let known = S3StoreSettings.Client.allCases.map(\.rawValue)
        report(.command(.client(name, known: known)), at: field.place)
        return nil
    }

    private mutating func word(_ field: Field, example: String) -> String? {
        guard let word = text(field, example: example) else { return nil }
        guard !word.utf8.contains(0) else {
            report(.command(.zero(word)), at: field.place)
            return nil
        }
        return word
    }

    /// The URL of a server: secrets have no place in a policy.
    private mutating func endpoint(_ field: Field) -> String? {
        guard let url = text(field, example: "\"https://s3.example.com\"") else { return nil }
        guard url.wholeMatch(of: /https?:\/\/[A-Za-z0-9.\-]+(:[0-9]{1,5})?\/?/) != nil else {
            report(.command(.endpoint(url)), at: field.place)
            return nil
        }
        return url
    }

    private mutating func parallel(_ field: Field) -> Int? {
        guard let count = count(field, least: 1, example: "4") else { return nil }
        guard count <= 16 else {
            report(.command(.parallel(count)), at: field.place)
            return nil
        }
        return count
    }
}
