// SPDX-License-Identifier: Apache-2.0

/// What is told by `janitor help TOPIC` and in the manual, beside the commands.
enum HelpTopic: String, CaseIterable {
    case policy, safety, stores, cron, metrics, json

    /// The heading.
    var title: String {
        switch self {
        case .policy: "Policy"
        case .safety: "What it never takes"
        case .stores: "Stores"
        case .cron: "Every night"
        case .metrics: "Metrics and messages"
        case .json: "JSON"
        }
    }

    /// The text, in paragraphs; lines that begin with two spaces are kept as they are.
    var text: String {
        switch self {
        case .policy: Self.policyText
        case .safety: Self.safetyText
        case .stores: StoresTopic.text
        case .cron: Self.cronText
        case .metrics: Self.metricsText
        case .json: JSONTopic.text
        }
    }

    private static let policyText = """
        A policy is a JSON5 file. Whatever is wrong with one is told at once, by line, key and
        remedy: janitor check. These keys stand at its top:

          timeZone    where calendar days and months are cut: "Europe/Berlin"; else UTC
          defaults    savepoints, checkpoints, unfinished, orphans, quietFor, trash, limits
          jobs        name, savepoints, checkpoints, changelog, flink, attempts, keep
          aliases     a place as metadata have it, and where it is; null for one that is gone
          alsoRead    places that protect what they reference, and are never touched
          protect     snapshots that are kept as if pinned
          stores      how hdfs, aws or s5cmd are called
          notify      ping and webhook: who is told of a run
          metrics     the file that Prometheus's node exporter collects

        Rules of savepoints and checkpoints are keepLast, keepWithin, keepLabelled, keepDaily,
        keepWeekly, keepMonthly and keepYearly. Any one of them keeps. Durations are a whole number
        and one of m, h, d, w, mo (months) and y. Every directory that {job} stands for is a job.
        Where jobs mix in one directory, "attempts" of each says what is its own, by the digits in
        the names of savepoints, job ids or patterns; what nobody claims counts by itself, and a
        plan prints the line to add: attempts: { digits: ["1a2b3c"], names: ["orders-*"] }.

        A path in "protect" may be pasted as Flink wrote it: s3a for s3, another name of the
        NameNode, aliases, the _metadata in it. Where nothing lies there, what ends alike is kept.
        A line that only shares its name with something keeps that too, and ends with exit code 3,
        as one does that leads into a store of which the policy names nothing.

          { defaults: { savepoints: { keepLast: 3, keepMonthly: "1y" }, checkpoints: { keepLast: 10 } },
            jobs: [{ name: "{job}", savepoints: "/flink/savepoints/{job}" }] }
        """

    private static let safetyText = """
        A snapshot is closed when its metadata read to the end and every file that they reference is
        there and long enough. The newest closed savepoint and the newest closed checkpoint of a job
        stay, whatever the policy says, and only closed ones take a place in a rule.

        Nothing goes that a snapshot which stays references, by path or by its random name; nothing
        in the directory of an attempt that is running, or that may be; nothing of a job that is about
        to begin, or began and has no complete checkpoint yet; nothing because it could not be read.
        An unreadable file, a listing that was cut short, a place in "alsoRead" that is not there or a
        reference to an unknown place make it take less, and end it with exit code 3. Files outside
        snapshots go only after two runs found them unreferenced, with a day between them.

        What goes is moved into the trash first, for as long as the policy's "trash" says. It is
        brought back by janitor undo, and what lies there goes on protecting what it references. A
        run that would take more than the policy's "limits" of a job leaves that job, with exit
        code 4, until a saved plan is approved.
        """

    private static let cronText = """
        The scripts beside the crontab write to a log and print something, and so have cron send a
        mail, only when the exit code is not 0; the report is printed always.

          nightly-cleanup.sh    one run
          dry-run-report.sh     the report; with JANITOR_HTML a page too
          create-savepoint.sh   one savepoint of one job

        The first two take turns by a file lock, and runs of other machines are kept out by locks in
        the roots. The state directory has to outlive the night. Units of systemd and jobs of
        Kubernetes lie beside the scripts; the latter run parts of the jobs side by side with --shard.
        """

    private static let metricsText = """
        With "metrics" in the policy, or --metrics, every run and report writes a file for the
        textfile collector of Prometheus's node exporter: how and when each command ended, snapshots
        and bytes by job, kind and verdict, the time of the newest closed snapshot, what was left
        alone by cause, limits, and what the last run took. janitor.rules.yml beside the crontab
        holds alerts, and what each of them means.

        With notify: { ping: "https://…" } a run calls a check of a dead-man switch: /start behind the
        address when it begins, the address when it ended well, /fail behind it otherwise. With
        notify: { webhook: "https://…" } runs and reports post a short JSON text. Both go through curl
        for ten seconds at most, and change no exit code.
        """
}
