// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Planning
import SnapshotModel
import Testing

@testable import Reporting

/// The small parts that texts are made of.
struct TextTests {
    @Test(
        arguments: [
            (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1535, "1.4 KiB"),
            (1536, "1.5 KiB"), (1_048_575, "1023.9 KiB"), (1_048_576, "1.0 MiB"),
            (1_288_490_188, "1.1 GiB"), (1_288_490_189, "1.2 GiB"), (Int64.max, "7.9 EiB"),
        ] as [(Int64, String)]
    )
    func `bytes are given in the largest unit that holds one`(bytes: Int64, text: String) {
        #expect(ByteText.text(bytes) == text)
    }

    @Test(arguments: [
        ("abc", 3), ("", 0), ("ä", 1), ("a\u{308}", 1), ("日本", 4), ("🗑", 2), ("👩‍👩‍👧", 2),
        ("ｱ", 1), ("Ａ", 2),
    ])
    func `columns are what a terminal takes`(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test func `times have one form, and a plan says beside its own zone that they are UTC`() {
        let time = Instant(seconds: 1_793_509_200, nanoseconds: 999_999_999)
        #expect(time.moment == "2026-11-01T05:00:00Z")
        #expect(time.day == "2026-11-01")
        #expect(Instant(seconds: 1_793_509_200).moment == "2026-11-01T05:00:00Z")
        var plan = PlanSample.ordinary.plan
        #expect(PlanText(plan).text.prefix { $0 != "\n" }.hasSuffix("; times are UTC"))
        plan.timeZone = "America/Los_Angeles"
        let zone = "; times are UTC, months and other periods America/Los_Angeles"
        #expect(PlanText(plan).text.prefix { $0 != "\n" }.hasSuffix(zone))
    }

    @Test func `columns stand under one another whatever the names are`() {
        var table = Table([.left, .right, .left])
        table.add(["日本", "1", "x"])
        table.add(["a\u{308}bcde", "22", ""], below: ["  below"])
        table.add(["a\nb", "333", "ends in spaces  "])
        #expect(
            table.lines(indent: "> ") == [
                "> 日本      1  x", "> a\u{308}bcde    22", "  below",
                "> a\\x0Ab  333  ends in spaces  ",
            ]
        )
        #expect(Table([.left]).lines(indent: "").isEmpty)
    }

    @Test func `lines break between words, and never in a name`() {
        let lines = Wrapped.lines(
            ["one two", "\"a name with spaces\" stays  so"],
            width: 12,
            indent: "  "
        )
        #expect(
            lines == ["  one two;", "  \"a name with spaces\"", "  stays  so"]
        )
        #expect(Wrapped.lines([], width: 10, indent: "").isEmpty)
        #expect(Wrapped.lines([" \"x"], width: 1, indent: "").joined() == " \"x")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `wrapping loses nothing and keeps to the width where words allow`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = (0..<40).map { _ in
            String(repeating: "w", count: Int.random(in: 1...9, using: &random))
        }
        let lines = Wrapped.lines([words.joined(separator: " ")], width: 20, indent: "")
        #expect(lines.joined(separator: " ") == words.joined(separator: " "))
        #expect(lines.allSatisfy { $0.count <= 20 })
    }

    @Test func `what does not show itself is shown`() {
        #expect("a\u{1B}[2J\n".printable == "a\\x1B[2J\\x0A")
        #expect("\u{202E}abc\u{2066}".printable == "\\xE2\\x80\\xAEabc\\xE2\\x81\\xA6")
        #expect("\u{85}\u{7F}".printable == "\\xC2\\x85\\x7F")
        #expect("ä 日本 👩‍👩‍👧 \\x1B".printable == "ä 日本 👩‍👩‍👧 \\x1B")
        #expect(["a\nb", "c"].page == "a\\x0Ab\nc\n")
    }

    @Test(arguments: HostileNames.all.filter(\.isUTF8).map(\.description) + ["it's", "", "a'\n\\"])
    func `a printed command means the name to a shell`(name: String) throws {
        let word = ShellWord.quoted(name)
        #expect(word.printable == word)
        let printed = try TestCommand.run(["bash", "-c", "printf '%s' \(word)"]).output
        #expect(printed == Array(name.utf8), "\(word)")
    }

    @Test func `a command is written with what was given, and with nothing else`() {
        #expect(NextCommand().line("undo", "20261122T021000Z") == "janitor undo 20261122T021000Z")
        let next = NextCommand(policy: "po licy.json5", state: ObjectName([0x73, 0xFF, 0x27]))
        let options = "--policy 'po licy.json5' --state $'s\\xFF\\x27'"
        #expect(next.line("runs") == "janitor runs \(options)")
        #expect(
            next.approval == [
                "janitor plan \(options) --save plan.json",
                "janitor run \(options) --approved plan.json",
            ]
        )
    }
}
