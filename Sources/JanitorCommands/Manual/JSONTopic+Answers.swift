// SPDX-License-Identifier: Apache-2.0

/// The table itself; `JSONTopicTests` hold it to what the commands write.
extension JSONTopic {
    // MARK: What several answers have in common

    private static let facts =
        "path job attempt kind checkpointId time bytes complete closed missing unknown labels"
    private static let reasons = "rule text"
    private static let references = "checked found"
    private static let findings = "severity subject message hint"
    private static let tally = "count bytes"
    private static let past =
        "path root job form kind bytes files action outcome error at origin until trash by reasons"

    static let answers: [Answer] =
        [
            Answer(
                "plan",
                [
                    "": """
                    format at policy fingerprint snapshots objects roots lost jobs findings totals \
                    checksum
                    """,
                    "snapshots": """
                    \(facts) references verdict reasons heldByLimit goesAfter root metadataBytes \
                    contents
                    """,
                    "references": references,
                    "reasons": "rule text",
                    "contents": "count sum",
                    "objects": "path kind bytes verdict reasons job heldByLimit root time",
                    "roots": "path listing undo job jobs role present files",
                    "lost": "path filesBefore files",
                    "jobs": "job closed condemned condemnedClosed condemnedBytes trash limit",
                    "findings": findings,
                    "totals": "snapshots keep condemn leave heldByLimit trash outside objects",
                    "keep": tally, "condemn": tally, "leave": tally, "trash": tally,
                    "outside.KIND": "count bytes referencedCount referencedBytes",
                    "totals.objects": "kind verdict rule count bytes",
                ]
            ),
            Answer(
                "plan --check",
                [
                    "": "format verdict condemned snapshots references problems",
                    "references": references,
                    "problems": "rule text",
                ]
            ),
            Answer(
                "run",
                [
                    "": """
                    format run at policy cutShort snapshots objects emptied stateError limits partial \
                    leftAlone findings notes
                    """,
                    "snapshots": "path form job bytes outcome error",
                    "objects": "path form job bytes outcome error",
                    "emptied": "path form job bytes outcome error",
                    "limits": "job limit",
                    "leftAlone": "what rule text count bytes",
                    "findings": findings,
                ]
            ),
            Answer(
                "runs",
                [
                    "": "format runs",
                    "runs": """
                    run command at ended ending policy fingerprint approved undone user host process \
                    damaged items
                    """,
                    "items": past,
                    "reasons": reasons,
                ]
            ),
            Answer(
                "undo",
                [
                    "": "format run undone cutShort items restored opened broken notes",
                    "items": "path form bytes outcome error",
                    "restored": "\(facts) verdict",
                    "opened": "\(facts) verdict",
                    "broken": "\(facts) verdict",
                ]
            ),
            Answer(
                "trash",
                [
                    "": "format runs unknown errors",
                    "runs": "run at bytes items",
                    "items": past,
                    "reasons": reasons,
                    "unknown": "path files bytes",
                ]
            ),
            Answer(
                "trash empty",
                [
                    "": "format run cutShort items notes",
                    "items": "path form bytes outcome error",
                ]
            ),
            Answer(
                "report",
                [
                    "": """
                    format at policy fingerprint partial horizon bytes jobs snapshots departures \
                    leftAlone findings
                    """,
                    "bytes": "stored exclusive shared unreferenced trash freed",
                    "jobs": "job keep condemn leave limit newestClosed bytes",
                    "newestClosed": "savepoint checkpoint",
                    "snapshots":
                        """
                    \(facts) verdict heldByLimit reasons goes exclusiveBytes sharedBytes \
                    sharedWith
                    """,
                    "reasons": reasons,
                    "departures": "day of count bytes",
                    "leftAlone": "what rule text count bytes",
                    "findings": findings,
                ]
            ),
        ] + ofOthers

    private static let ofOthers: [Answer] = [
        Answer(
            "list",
            [
                "": "format snapshots", "snapshots": facts + " references",
                "references": references,
            ]
        ),
        Answer(
            "verify",
            [
                "": "format snapshots totals",
                "snapshots": "\(facts) references state unreadable faults causes",
                "references": references,
                "faults": "path fault found exactly atLeast",
                "causes": "path cause link",
                "totals": "closed broken unreadable unfinished unknown references",
            ]
        ),
        Answer(
            "usage",
            [
                "": "format jobs onlyRead unread oldVersions",
                "jobs": "job total savepoints checkpoints trash janitor outside attempts snapshots",
                "total": tally, "savepoints": tally, "checkpoints": tally, "trash": tally,
                "janitor": tally,
                "outside.KIND": "count bytes unreferenced",
                "unreferenced": tally,
                "attempts": "jobId paths openSince snapshots outside",
                "snapshots": "path attempt kind time bytes exclusive shared sharedWith frees",
                "attempts.snapshots": tally, "onlyRead": tally,
                "oldVersions": "path count bytes",
            ]
        ),
        Answer(
            "explain",
            [
                "": """
                format path is snapshot kind job bytes neededBy verdict reasons due date keepers \
                taken partial
                """,
                "neededBy": "path role written references byNameOnly",
                "taken": "run item",
                "item": past,
                "reasons": reasons,
            ]
        ),
        Answer(
            "inspect",
            [
                "": """
                format version checkpointId operators properties propertiesError files directories \
                kind masterStates inlined trailingBytes
                """,
                "operators": "id name uid parallelism maxParallelism",
                "properties": """
                forced discardSubsumed discardFinished discardCancelled discardFailed \
                discardSuspended unclaimed typeClass typeName sharing isSavepoint format
                """,
                "files": "path sizes",
                "masterStates": "name version bytes",
                "inlined": tally,
            ]
        ),
        Answer("latest", ["": "format location \(facts) references", "references": references]),
        Answer(
            "savepoint",
            ["": "format location path job jobId closed labels begunBefore request"]
        ),
        Answer(
            "health",
            [
                "": "format jobs",
                "jobs": """
                job state jobId silence secondsSinceLast milliseconds bytes failed ended problems
                """,
                "problems": "threshold text",
            ]
        ),
        Answer(
            "dismiss, retire",
            ["": "format waivers", "waivers": "path job at by because"]
        ),
    ]
}
