// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the journals in a state directory tell, read as plain JSON.
struct JournalText {
    /// How often each place is told to be gone, over all runs.
    private(set) var gone: [String: Int] = [:]
    /// Names of runs, the oldest first.
    private(set) var runs: [String] = []
    /// Runs without an end.
    private(set) var open: [String] = []

    init(state: String) throws {
        let folder = "\(state)/runs"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasSuffix(".jsonl") {
            runs.append(String(name.dropLast(6)))
            try read("\(folder)/\(name)")
        }
    }

    private mutating func read(_ file: String) throws {
        let data = try Data(contentsOf: URL(filePath: file))
        var items: [Int: [Any]] = [:]
        // What was written last of a step holds; without results everything in it is gone.
        var outcomes: [Int: [String?]] = [:]
        var hasEnded = false
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let record = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
            else { continue }
            let number = record["number"] as? Int ?? -1
            if let list = record["items"] as? [Any] { items[number] = list }
            if record["record"] as? String == "end" { hasEnded = true }
            if let action = record["action"] as? String, action != "trash", action != "remove" {
                continue
            }
            guard record["record"] as? String == "done" else { continue }
            let results = record["results"] as? [[String: Any]]
            outcomes[number] = (items[number] ?? []).indices.map { index in
                results.map { $0[index]["outcome"] as? String } ?? "gone"
            }
        }
        for (number, outcomes) in outcomes {
            for (item, outcome) in zip(items[number] ?? [], outcomes)
            where outcome == "gone" || outcome == "absent" {
                gone[Self.place(item), default: 0] += 1
            }
        }
        if !hasEnded { open.append(file) }
    }

    private static func place(_ item: Any) -> String {
        let place = (item as? [String: Any])?["at"]
        return (place as? [String: Any])?["place"] as? String ?? "\(item)"
    }
}
