// SPDX-License-Identifier: Apache-2.0

/// The options that commands have.
enum OptionName: String, Hashable, CaseIterable {
    case policy, state, json, save, at, approved, wait, listing, check, job, remove, because, list
    case html, csv, record, metrics, shard
    case all, into, label, kind, native, stop, drain, detach, trace, help, version
    case profile, yaml
    case saveListing = "save-listing"

    /// What stands for the option's value in help; nil for options without one.
    var placeholder: String? {
        switch self {
        case .policy, .save, .approved, .check, .listing, .saveListing, .trace, .html, .csv,
            .metrics:
            "FILE"
        case .state, .into: "DIR"
        case .shard: "I/N"
        case .at: "TIME"
        case .wait: "DURATION"
        case .job, .label: "NAME"
        case .profile: "PROFILE"
        case .kind: "KIND"
        case .because: "TEXT"
        case .list, .json, .remove, .all, .native, .stop, .drain, .detach, .record, .yaml, .help,
            .version:
            nil
        }
    }

    /// One line of help.
    var summary: String {
        switch self {
        case .policy: "the policy (else $JANITOR_POLICY, else /etc/janitor/policy.json5)"
        case .state:
            "the state directory: journals, and what runs saw (else $XDG_STATE_HOME/janitor, "
                + "else /var/lib/janitor of root, ~/.local/state/janitor of others)"
        case .json: "write JSON for machines"
        case .save: "write the plan to FILE as well, to be approved later"
        case .at: "plan for TIME (2026-11-22T02:00:00Z) instead of now"
        case .approved: "carry out what FILE lists, as far as a plan made now agrees"
        case .check: "check the saved plan FILE against storage instead of making one"
        case .wait: "wait so long for a lock that somebody else holds, or a savepoint: 30s, 2h"
        case .listing: "take FILE, made by \"list --save-listing\", for the listing of the roots"
        case .saveListing: "write what lies under the roots to FILE instead, object by object"
        case .job: "only this job"
        case .all: "those in the trash and those only read too"
        case .remove: "take it away instead of setting it"
        case .because: "why, for whoever reads the plan later"
        case .list: "show what was said so far instead"
        case .html: "write it as one HTML page to FILE; - for standard output, instead of text"
        case .csv: "write a table of all snapshots to FILE; - for standard output"
        case .record: "remember what was seen for the next run, as a run does"
        case .metrics: "write metrics for Prometheus to FILE (else the policy's \"metrics\")"
        case .shard: "take only from part I of N of the jobs, counted from 0; nothing is swept"
        case .into: "write the tree into DIR, which must not be there yet"
        case .label: "the label NAME, such as pre-deploy"
        case .kind: "only of this kind: savepoint or checkpoint"
        case .native: "in the state backend's own format: quicker, and only for the same backend"
        case .stop: "stop the job with the savepoint"
        case .drain: "with --stop: let every timer fire first; the job cannot go on from it"
        case .detach: "do not wait; the next call does"
        case .profile: "values for this use: production or development"
        case .yaml: "write lines for config.yaml instead of SET statements"
        case .trace: "write every command that is run to FILE, without secrets"
        case .help: "say what the command does, and what it does not"
        case .version: "say which version this is"
        }
    }
}

/// One command as the command line, help and README know it.
struct CommandSpec: Sendable {
    let name: String
    /// What stands behind the name: `PATH NAME`.
    let arguments: String
    /// How many arguments it takes.
    let argumentCount: ClosedRange<Int>
    let options: [OptionName]
    /// One line: what it does.
    let summary: String
    /// More of what it does.
    let details: String
    /// What it will not do.
    let never: String
    /// All options that it takes: what has to do with a store may be traced.
    var allOptions: [OptionName] {
        options + (options.contains(.policy) ? [.trace] : []) + [.help]
    }

    /// Runs it.
    let run: @Sendable (CommandContext, ParsedArguments) throws -> ExitCode
}

/// All commands, in the order in which help shows them.
enum CommandTable {
    static let all: [CommandSpec] = [
        PlanCommand.spec, RunCommand.spec, RunsCommand.spec, UndoCommand.spec, TrashCommand.spec,
        ReportCommand.spec, ListCommand.spec, VerifyCommand.spec, UsageCommand.spec,
        ExplainCommand.spec,
        InspectCommand.spec, LabelCommand.label, LabelCommand.pin, DismissCommand.spec,
        RetireCommand.spec, SavepointCommand.spec, LatestCommand.spec, CheckCommand.spec,
        ConfigCommand.spec, HealthCommand.spec,
        DemoCommand.spec, HelpCommand.spec,
    ]

    /// The command of a name.
    static func command(_ name: String) -> CommandSpec? {
        all.first { $0.name == name }
    }
}
