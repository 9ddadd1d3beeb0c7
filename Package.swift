// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Settings of every target: language mode 6, strict imports, and warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library target of the program.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The test target of a library target; every one of them may use the test support.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    files: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.init(stringLiteral: name), "JanitorTestSupport"] + dependencies,
        exclude: files,
        swiftSettings: strict
    )
}

/// The commit that is built, where the environment has it: a hexadecimal number, and perhaps "-dirty".
///
/// What the package manager itself knows of git it remembers with the manifest: it would be old.
let commit = (Context.environment["JANITOR_COMMIT"] ?? "")
    .filter { $0.isHexDigit || "-dirty".contains($0) }

let package = Package(
    name: "janitor",
    products: [
        .executable(name: "janitor", targets: ["janitor"]),
        // For tests: loaded before the program, it kills or fails it at a call.
        .library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"]),
    ],
    targets: [
        // The nouns, and what other people's formats say. Nothing here can reach a store.
        module("SnapshotModel"),
        module("FlinkMetadata", ["SnapshotModel"]),
        module("Policy", ["SnapshotModel"]),
        module("Retention", ["SnapshotModel", "Policy"]),
        // Stores: looking is one target, taking away is another.
        .target(name: "CSystemCalls"),
        module("Storage", ["SnapshotModel"]),
        module("LocalStorage", ["Storage", "SnapshotModel", "CSystemCalls"]),
        module("ListingFiles", ["HDFSStorage", "Storage", "SnapshotModel"]),
        // The only way to a child process.
        module("CommandRunning", ["Storage", "SnapshotModel", "CSystemCalls"]),
        module("HDFSStorage", ["Storage", "SnapshotModel", "CommandRunning"]),
        module("S3Storage", ["Storage", "SnapshotModel", "Policy", "CommandRunning"]),
        module(
            "HDFSRemoval",
            ["HDFSStorage", "StorageRemoval", "Storage", "SnapshotModel", "CommandRunning"]
        ),
        module(
            "StorageRemoval",
            ["Storage", "S3Storage", "SnapshotModel", "Policy", "CSystemCalls", "CommandRunning"]
        ),
        // From listings to a plan.
        module("Discovery", ["SnapshotModel", "FlinkMetadata", "Policy", "Storage"]),
        module(
            "Planning",
            ["SnapshotModel", "FlinkMetadata", "Policy", "Retention", "Discovery", "Storage"]
        ),
        // Checks plans, and shares nothing with what makes them.
        module("PlanChecking", ["SnapshotModel", "FlinkMetadata", "Storage"]),
        // The only target that is ever handed a remover.
        module(
            "Execution",
            [
                "SnapshotModel", "FlinkMetadata", "Policy", "Discovery", "Planning", "Storage",
                "LocalStorage", "HDFSStorage", "HDFSRemoval", "S3Storage", "StorageRemoval",
                "CommandRunning",
                "CSystemCalls",
            ]
        ),
        module(
            "Reporting",
            [
                "SnapshotModel", "FlinkMetadata", "Storage", "Retention", "Discovery", "Planning",
                "Execution", "PlanChecking",
            ]
        ),
        // A running Flink, asked through curl or its own command line.
        module("FlinkClient", ["SnapshotModel", "CommandRunning"]),
        // A tree to show it on; tests use its writer too.
        module("DemoTree", ["SnapshotModel"]),
        // Which commit this is.
        .target(
            name: "CBuiltFrom",
            cSettings: commit.isEmpty ? [] : [.define("JANITOR_COMMIT", to: "\"\(commit)\"")]
        ),
        module(
            "JanitorCommands",
            [
                "CBuiltFrom", "CSystemCalls", "DemoTree", "CommandRunning", "FlinkClient",
                "SnapshotModel", "FlinkMetadata", "Policy", "Retention", "Storage",
                "ListingFiles", "Discovery", "Planning", "PlanChecking", "Execution", "Reporting",
            ]
        ),
        .executableTarget(
            name: "janitor",
            dependencies: ["JanitorCommands"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "listing-generator",
            dependencies: ["DemoTree", "SnapshotModel"],
            path: "Tests/Benchmarks/ListingGenerator",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "command-benchmark",
            dependencies: ["CommandRunning", "SnapshotModel"],
            path: "Tests/Benchmarks/CommandBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "engine-benchmark",
            dependencies: ["Retention", "Policy", "SnapshotModel"],
            path: "Tests/Benchmarks/EngineBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "metadata-benchmark",
            dependencies: ["CSystemCalls", "FlinkMetadata", "Storage", "SnapshotModel"],
            path: "Tests/Benchmarks/MetadataBenchmark",
            exclude: ["FlinkReader.java"],
            swiftSettings: strict
        ),
        // Readers given damaged inputs.
        .target(
            name: "FuzzSubjects",
            dependencies: [
                "SnapshotModel", "FlinkMetadata", "Policy", "Storage", "LocalStorage",
                "ListingFiles", "HDFSStorage", "S3Storage", "CommandRunning", "Planning",
                "PlanChecking", "Execution", "Reporting",
            ],
            path: "Tests/Fuzzing/FuzzSubjects",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "random-fuzzer",
            dependencies: ["FuzzSubjects"],
            path: "Tests/Fuzzing/RandomFuzzer",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["JanitorTestSupport", "FuzzSubjects", "random-fuzzer"],
            swiftSettings: strict
        ),
        // Tests.
        .target(
            name: "JanitorTestSupport",
            dependencies: [
                "SnapshotModel", "Policy", "Storage", "S3Storage", "DemoTree", "CommandRunning",
            ],
            path: "Tests/JanitorTestSupport",
            swiftSettings: strict
        ),
        .target(name: "FaultShim", path: "Tests/FaultShim"),
        .testTarget(
            name: "ProgramTests",
            dependencies: ["JanitorTestSupport", "SnapshotModel", "FlinkMetadata", "DemoTree"],
            swiftSettings: strict
        ),
        tests("SnapshotModel", []),
        tests("FlinkMetadata", ["SnapshotModel"], files: ["Fixtures"]),
        tests("Policy", ["SnapshotModel"]),
        tests("Retention", ["SnapshotModel", "Policy"]),
        tests("Discovery", ["SnapshotModel", "Storage"]),
        tests("ListingFiles", ["SnapshotModel", "Storage", "LocalStorage"]),
        tests("HDFSStorage", ["SnapshotModel", "Storage", "CommandRunning"]),
        tests(
            "HDFSRemoval",
            ["SnapshotModel", "Storage", "HDFSStorage", "StorageRemoval", "CommandRunning"]
        ),
        tests("LocalStorage", ["SnapshotModel", "Storage"]),
        tests(
            "Planning",
            ["SnapshotModel", "Policy", "Discovery", "Storage", "LocalStorage", "DemoTree"]
        ),
        tests("PlanChecking", ["SnapshotModel", "Storage", "LocalStorage", "DemoTree"]),
        tests(
            "Execution",
            [
                "SnapshotModel", "FlinkMetadata", "Policy", "Discovery", "Planning", "Storage",
                "LocalStorage", "StorageRemoval", "DemoTree", "CommandRunning",
            ]
        ),
        tests(
            "Reporting",
            [
                "SnapshotModel", "FlinkMetadata", "Policy", "Retention", "Storage", "Discovery",
                "Planning", "Execution", "LocalStorage", "DemoTree",
            ],
            files: ["Golden"]
        ),
        tests(
            "JanitorCommands",
            [
                "SnapshotModel", "FlinkMetadata", "Policy", "Storage", "LocalStorage", "Discovery",
                "Planning", "Execution", "CommandRunning", "FlinkClient", "Reporting", "DemoTree",
            ],
            files: ["Alerts"]
        ),
        tests("FlinkClient", ["SnapshotModel", "CommandRunning"]),
        tests("CommandRunning", ["SnapshotModel", "Storage"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "JanitorTestSupport", "SnapshotModel", "FlinkMetadata", "CommandRunning", "Storage",
                "LocalStorage", "HDFSStorage", "S3Storage", "StorageRemoval", "HDFSRemoval",
                "DemoTree",
            ],
            swiftSettings: strict
        ),
        tests("S3Storage", ["SnapshotModel", "Policy", "Storage", "CommandRunning"]),
        tests(
            "StorageRemoval",
            ["SnapshotModel", "Policy", "Storage", "LocalStorage", "S3Storage", "CommandRunning"]
        ),
    ]
)

// libFuzzer brings the main function, which only a build with "--sanitize=fuzzer" has: Tests/Fuzzing/run.
if Context.environment["JANITOR_GUIDED_FUZZER"] != nil {
    package.targets.append(
        .executableTarget(
            name: "guided-fuzzer",
            dependencies: ["FuzzSubjects"],
            path: "Tests/Fuzzing/GuidedFuzzer",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
