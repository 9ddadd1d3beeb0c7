// SPDX-License-Identifier: Apache-2.0

/// What `defaults` or a job's `keep` says; nil where it is silent.
struct SaidSettings {
    /// What is said of the limits.
    enum Limits {
        case off
        case said(share: Double?, count: Int?)
    }

    var savepoints: SaidRules?
    var checkpoints: SaidRules?
    var unfinished: RetentionDuration?
    var age: RetentionDuration?
    var sightings: Int?
    var apart: RetentionDuration?
    var taskOwned: Bool?
    var quietFor: RetentionDuration?
    var trash: RetentionDuration?
    var limits: Limits?

    /// Settings with these over them: rules as given, everything else key by key.
    func settings(over base: JobSettings, _ rules: EffectiveRules) -> JobSettings {
        JobSettings(
            savepoints: rules.savepoints.ruleSet,
            checkpoints: rules.checkpoints.ruleSet,
            unfinished: unfinished ?? base.unfinished,
            orphans: OrphanSettings(
                age: age ?? base.orphans.age,
                sightings: sightings ?? base.orphans.sightings,
                apart: apart ?? base.orphans.apart,
                taskOwned: taskOwned ?? base.orphans.taskOwned
            ),
            quietFor: quietFor ?? base.quietFor,
            trash: trash ?? base.trash,
            limits: limits(over: base.limits)
        )
    }

    private func limits(over base: RemovalLimits?) -> RemovalLimits? {
        switch limits {
        case nil: return base
        case .off: return nil
        case .said(let share, let count):
            // Over limits that are off, what is not said is what holds without a policy.
            let silent = base ?? JobSettings.builtIn.limits
            guard let share = share ?? silent?.share, let count = count ?? silent?.count else {
                return base
            }
            return RemovalLimits(share: share, count: count)
        }
    }
}

/// The rules that hold for a job, with where each comes from.
struct EffectiveRules {
    var savepoints: SaidRules
    var checkpoints: SaidRules

    static let builtIn = EffectiveRules(
        savepoints: SaidRules(JobSettings.builtIn.savepoints),
        checkpoints: SaidRules(JobSettings.builtIn.checkpoints)
    )

    /// Rules where `defaults` that speak of a kind say everything about it.
    func replaced(by said: SaidSettings) -> EffectiveRules {
        EffectiveRules(
            savepoints: said.savepoints ?? savepoints,
            checkpoints: said.checkpoints ?? checkpoints
        )
    }

    /// Rules with a job's over them, key by key.
    func overlaid(by said: SaidSettings) -> EffectiveRules {
        EffectiveRules(
            savepoints: savepoints.overlaid(by: said.savepoints),
            checkpoints: checkpoints.overlaid(by: said.checkpoints)
        )
    }
}

extension PolicyReading {
    private static let settingKeys = [
        "savepoints", "checkpoints", "unfinished", "orphans", "quietFor", "trash", "limits",
    ]

    mutating func settings(_ field: Field, layer: RuleLayer) -> SaidSettings {
        var said = SaidSettings()
        let example = "{ savepoints: { keepLast: 3 } }"
        guard let members = members(field, known: Self.settingKeys, example: example) else {
            return said
        }
        if let field = members["savepoints"] { said.savepoints = rules(field, layer: layer) }
        if let field = members["checkpoints"] { said.checkpoints = rules(field, layer: layer) }
        if let field = members["unfinished"] { said.unfinished = duration(field, example: "24h") }
        if let field = members["quietFor"] { said.quietFor = duration(field, example: "7d") }
        if let field = members["trash"] { said.trash = duration(field, example: "7d") }
        if let field = members["orphans"] { orphans(field, into: &said) }
        if let field = members["limits"] { said.limits = limits(field) }
        return said
    }

    private mutating func orphans(_ field: Field, into said: inout SaidSettings) {
        let known = ["age", "sightings", "apart", "taskOwned"]
        guard let members = members(field, known: known, example: "{ age: \"24h\" }") else {
            return
        }
        if let field = members["age"] { said.age = duration(field, example: "24h") }
        if let field = members["sightings"] {
            said.sightings = count(field, least: 1, example: "2")
        }
        if let field = members["apart"] { said.apart = duration(field, example: "20h") }
        if let field = members["taskOwned"] { said.taskOwned = bool(field) }
    }

    private mutating func limits(_ field: Field) -> SaidSettings.Limits? {
        if field.value == .null { return .off }
        let known = ["share", "count"]
        let example = "{ share: 0.5, count: 10 }, or null for none"
        guard let members = members(field, known: known, example: example) else { return nil }
        return .said(
            share: members["share"].flatMap { share($0) },
            count: members["count"].flatMap { count($0, least: 0, example: "10") }
        )
    }

    /// Reads a number above 0 and at most 1.
    mutating func share(_ field: Field) -> Double? {
        guard case .number(let number) = field.value else {
            wrongType(field, due: "a number", example: "0.5")
            return nil
        }
        if number.value > 0, number.value <= 1 { return number.value }
        report(.shape(.share(number.text)), at: field.place)
        return nil
    }
}
