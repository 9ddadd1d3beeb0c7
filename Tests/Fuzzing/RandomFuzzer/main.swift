// SPDX-License-Identifier: Apache-2.0

// usage: random-fuzzer --seed N [--inputs N] [--seconds N] [--only N] [--save FILE] [SUBJECT…]
//        random-fuzzer --read FILE SUBJECT
//        random-fuzzer --write-seeds DIRECTORY SUBJECT
//
// Gives the program's readers inputs made of sound ones. Each input is told by the seed, the subject
// and its number: "--only" tries one of them again, "--save" writes it. What was tried last stands
// in the file JANITOR_FUZZ_PROGRESS names, for whoever finds this process dead. Ends with 1 where a
// law was broken.

import Foundation
import FuzzSubjects

/// The command line.
struct FuzzOptions {
    var seed: UInt64 = 0
    var inputs = 200
    var seconds: Double?
    var only: Int?
    var save: String?
    var read: String?
    var seedFolder: String?
    var subjects: [any FuzzSubject.Type] = []

    init?(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if let subject = FuzzSubjects.named(word) {
                subjects.append(subject)
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch word {
            case "--seed": seed = UInt64(value) ?? 0
            case "--inputs": inputs = Int(value) ?? 0
            case "--seconds": seconds = Double(value)
            case "--only": only = Int(value)
            case "--save": save = value
            case "--read": read = value
            case "--write-seeds": seedFolder = value
            default: return nil
            }
        }
        if subjects.isEmpty { subjects = FuzzSubjects.all }
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// What this process held at most, in bytes.
func peakMemory() -> Int {
    var use = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
    return use.ru_maxrss << 10
}

/// Lets an allocation fail that believes a claimed length.
func limitMemory() {
    let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    guard let pages = status.split(separator: " ").first.flatMap({ UInt($0) }) else { return }
    var limit = rlimit()
    limit.rlim_cur = pages * 4096 + 256 << 20
    limit.rlim_max = .max
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
}

/// Tries inputs of one subject.
struct Campaign {
    let subject: any FuzzSubject.Type
    let options: FuzzOptions
    let progress: Int32
    /// No input may cost more than this on top of what all before it needed.
    static let mostMemory = 32 << 20

    /// - Returns: How many inputs were tried, and the laws that were broken.
    func run() throws -> (tried: Int, broken: Int) {
        var reader = try subject.init()
        let seeds = try subject.seeds()
        var broken = 0
        for seed in seeds {
            if let law = reader.brokenLaw(of: seed) {
                print("\(subject.name): a seed: \(law)")
                broken += 1
            }
        }
        let mutator = InputMutator(seeds: seeds)
        let end = options.seconds.map { Date().addingTimeInterval($0) }
        var number = options.only ?? 0
        var tried = 0
        while isDue(number, until: end) {
            note("\(subject.name) \(number)")
            let input = input(number, mutator)
            if options.only != nil, let file = options.save {
                try Data(input).write(to: URL(filePath: file))
            }
            let before = peakMemory()
            var law = reader.brokenLaw(of: input)
            let grown = peakMemory() - before
            if grown > Self.mostMemory { law = law ?? "it took \(grown) bytes of memory" }
            if let law {
                print("\(subject.name), seed \(options.seed), input \(number): \(law)")
                broken += 1
            }
            tried += 1
            number += 1
        }
        print("inputs tried: \(subject.name): \(tried), seed \(options.seed)")
        return (tried, broken)
    }

    private func isDue(_ number: Int, until end: Date?) -> Bool {
        if let only = options.only { return number == only }
        return end.map { Date() < $0 } ?? (number < options.inputs)
    }

    private func input(_ number: Int, _ mutator: InputMutator) -> [UInt8] {
        var name: UInt64 = 0
        for byte in subject.name.utf8 { name = name &* 31 &+ UInt64(byte) }
        var random = SplitMix(state: options.seed &* 0x1000_0001 ^ name << 40 ^ UInt64(number))
        return mutator.input(using: &random)
    }

    private func note(_ text: String) {
        guard progress >= 0 else { return }
        let line = Array("\(text)\n            ".utf8)
        pwrite(progress, line, line.count, 0)
    }
}

guard let options = FuzzOptions(Array(CommandLine.arguments.dropFirst())) else {
    print("usage: random-fuzzer --seed N [--inputs N] [--seconds N] [--only N] [SUBJECT…]")
    exit(2)
}
if let file = options.read, let subject = options.subjects.first {
    var reader = try subject.init()
    let bytes = Array(try Data(contentsOf: URL(filePath: file)))
    print(reader.brokenLaw(of: bytes) ?? "all laws hold")
    exit(0)
}
if let folder = options.seedFolder, let subject = options.subjects.first {
    for (number, seed) in try subject.seeds().enumerated() {
        try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)"))
    }
    exit(0)
}
let progress = ProcessInfo.processInfo.environment["JANITOR_FUZZ_PROGRESS"].map {
    open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
}
limitMemory()
var tried = 0
var broken = 0
for subject in options.subjects {
    let result = try Campaign(subject: subject, options: options, progress: progress ?? -1).run()
    tried += result.tried
    broken += result.broken
}
print("inputs tried in all: \(tried)")
exit(broken == 0 && tried > 0 ? 0 : 1)
