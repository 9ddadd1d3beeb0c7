// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import SnapshotModel
import Testing

/// What a sound policy means.
struct PolicyDecoderTests {
    private func settings(defaults: String = "{}", keep: String = "{}") throws -> JobSettings {
        let text = """
            { defaults: \(defaults), jobs: [{ name: "a", savepoints: "/sp/a", keep: \(keep) }] }
            """
        return try #require(try decode(text).jobs.first).settings
    }

    @Test func `takes the built-in settings where the policy is silent`() throws {
        let policy = try decode(#"{ jobs: [{ name: "a", savepoints: "/sp/a" }] }"#)
        #expect(policy.jobs.map(\.settings) == [.builtIn])
        #expect(policy.timeZone == TimeZone(identifier: "UTC"))
        #expect(policy.aliases.isEmpty && policy.alsoRead.isEmpty && policy.protected.isEmpty)
        #expect(policy.source == "policy.json5")
    }

    @Test func `mixes no built-in rule into defaults that speak of a kind`() throws {
        let settings = try settings(defaults: "{ savepoints: { keepLast: 7 } }")
        #expect(settings.savepoints == RuleSet(keepLast: 7))
        #expect(settings.checkpoints == JobSettings.builtIn.checkpoints)
    }

    @Test func `lays a job's rules over the defaults key by key`() throws {
        let settings = try settings(
            defaults: """
                { savepoints: { keepLast: 3, keepLabelled: { a: "1d", b: "2d" }, keepMonthly: "1y" } }
                """,
            keep: """
                { savepoints: { keepLast: 5, keepLabelled: { c: "3d" }, keepYearly: 4 } }
                """
        )
        #expect(
            settings.savepoints
                == RuleSet(
                    keepLast: 5,
                    keepLabelled: ["c": RetentionDuration(3, .days)],
                    keepPerPeriod: [
                        .month: .within(RetentionDuration(1, .years)), .year: .periods(4),
                    ]
                )
        )
    }

    @Test func `switches a rule off by null`() throws {
        let settings = try settings(
            keep: "{ savepoints: { keepMonthly: null, keepLabelled: null, keepDaily: null } }"
        )
        #expect(settings.savepoints == RuleSet(keepLast: 3))
    }

    @Test func `lays orphans and limits over one another key by key`() throws {
        let settings = try settings(
            defaults: "{ orphans: { age: '3d', sightings: 4 }, limits: { share: 0.25 } }",
            keep: "{ orphans: { age: '5d', taskOwned: true }, limits: { count: 0 } }"
        )
        let expected = OrphanSettings(
            age: RetentionDuration(5, .days),
            sightings: 4,
            apart: RetentionDuration(20, .hours),
            taskOwned: true
        )
        #expect(settings.orphans == expected)
        #expect(settings.limits == RemovalLimits(share: 0.25, count: 0))
    }

    @Test func `switches limits off by null, and on again for a job`() throws {
        #expect(try settings(defaults: "{ limits: null }").limits == nil)
        #expect(try settings(keep: "{ limits: null }").limits == nil)
        let again = try settings(defaults: "{ limits: null }", keep: "{ limits: { share: 1 } }")
        #expect(again.limits == RemovalLimits(share: 1, count: 10))
    }

    @Test func `takes the times of a job's keep before those of the defaults`() throws {
        let settings = try settings(
            defaults: "{ unfinished: '2d', quietFor: '3d', trash: '4d' }",
            keep: "{ quietFor: '90m', trash: '0d' }"
        )
        #expect(settings.unfinished == RetentionDuration(2, .days))
        #expect(settings.quietFor == RetentionDuration(90, .minutes))
        #expect(settings.trash == RetentionDuration(0, .days))
    }

    @Test func `reads every unit and both forms of a period`() throws {
        let rules = try settings(
            defaults: """
                { savepoints: { keepWithin: "90m", keepDaily: 14, keepWeekly: "8w",
                                keepMonthly: "18mo", keepYearly: "1000y",
                                keepLabelled: { "a.B_9-": "36h" } },
                  checkpoints: { keepLast: 0x10 } }
                """
        )
        #expect(
            rules.savepoints
                == RuleSet(
                    keepWithin: RetentionDuration(90, .minutes),
                    keepLabelled: ["a.B_9-": RetentionDuration(36, .hours)],
                    keepPerPeriod: [
                        .day: .periods(14), .week: .within(RetentionDuration(8, .weeks)),
                        .month: .within(RetentionDuration(18, .months)),
                        .year: .within(RetentionDuration(1000, .years)),
                    ]
                )
        )
        #expect(rules.checkpoints == RuleSet(keepLast: 16))
    }

    @Test func `reads places with a scheme or without, and never decodes percent signs`() throws {
        let policy = try decode(
            """
            { aliases: { "file:/data/lab": "file:///mnt/copy", "hdfs://old": null, "gs://b/x": "/y",
                         "file:/data/lab/deeper": null, "hdfs:/flink": "s3://b" },
              jobs: [{ name: "ä b", savepoints: "/sp//a%20b/", checkpoints: "S3A://Bucket/cp/ü",
                       changelog: "hdfs:/dstl", flink: { rest: "https://[::1]:8081/flink//" } }],
              alsoRead: ["s3://b", "hdfs:///flink/other", "/sp/a%20b/x"],
              protect: ["viewfs://c/x/savepoint-aaaaaa-bbbbbbbbbbbb"] }
            """
        )
        let job = try #require(policy.jobs.first)
        #expect(job.savepoints?.description == "file:///sp/a%20b")
        #expect(job.checkpoints?.description == "s3a://Bucket/cp/ü")
        #expect(job.changelog?.description == "hdfs:///dstl")
        #expect(job.flink == FlinkSettings(.rest("https://[::1]:8081/flink")))
        #expect(job.name == "ä b")
        #expect(
            policy.alsoRead.map(\.description) == [
                "s3://b/", "hdfs:///flink/other", "file:///sp/a%20b/x",
            ]
        )
        #expect(
            policy.protected.map(\.description) == ["viewfs://c/x/savepoint-aaaaaa-bbbbbbbbbbbb"]
        )
        #expect(
            policy.aliases.map { "\($0.written) \($0.actual?.description ?? "gone")" } == [
                "file:///data/lab file:///mnt/copy", "hdfs://old/ gone", "gs://b/x file:///y",
                "file:///data/lab/deeper gone", "hdfs:///flink s3://b/",
            ]
        )
    }

    @Test(arguments: [
        "UTC", "Etc/UTC", "Etc/GMT+3", "Europe/Berlin", "America/Argentina/Buenos_Aires",
        "US/Eastern",
    ])
    func `takes a time zone by its place`(_ name: String) throws {
        let policy = try decode(beside("timeZone: \"\(name)\""))
        #expect(policy.timeZone == TimeZone(identifier: name))
    }

    @Test func `takes the example of the design`() throws {
        let policy = try decode(
            """
            {
              timeZone: "Europe/Berlin",                     // calendar periods are cut here; default UTC
              aliases: { "file:/data/flinklab": "file:///mnt/copy",   // as written in metadata -> where it is
                         "hdfs://nn1:8020": "hdfs://nameservice1" },
              defaults: {
                savepoints:  { keepLast: 3, keepLabelled: { "pre-deploy": "30d" }, keepMonthly: "1y" },
                checkpoints: { keepLast: 10 },
                unfinished: "24h",                           // no _metadata and nothing newer inside
                orphans: { age: "24h", sightings: 2, apart: "20h", taskOwned: false },
                quietFor: "7d",
                trash: "7d",                                 // "0d": delete at once, no undo
                limits: { share: 0.5, count: 10 },
              },
              jobs: [
                { name: "sales_pipeline",
                  savepoints: "hdfs:///flink/savepoints/sales_pipeline",
                  checkpoints: "hdfs:///flink/checkpoints/sales_pipeline",
                  changelog: "hdfs:///flink/dstl",
                  flink: { rest: "http://jobmanager:8081" },
                  keep: { savepoints: { keepLast: 5 } } },   // over the defaults, key by key
                { name: "{job}", savepoints: "s3://bucket/flink/savepoints/{job}", checkpoints: "s3://bucket/flink/checkpoints/{job}" },
              ],
              alsoRead: ["hdfs:///flink/other-team"],
              protect: ["hdfs:///flink/savepoints/x/savepoint-…"],
            }
            """
        )
        #expect(policy.jobs.map(\.settings.savepoints.keepLast) == [5, 3])
        #expect(policy.jobs[1].settings == .builtIn)
        #expect(policy.jobs.map(\.isPattern) == [false, true])
        #expect(policy.jobs[0].flink == FlinkSettings(.rest("http://jobmanager:8081")))
    }
}
