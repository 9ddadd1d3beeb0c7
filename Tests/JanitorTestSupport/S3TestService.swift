// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
public import Policy
public import S3Storage
internal import SnapshotModel

/// The S3 stores that `Tests/Services/s3` brought up.
public struct S3TestService: Sendable {
    /// A command line that reaches them.
    public enum Client: String, Sendable, CaseIterable {
        case aws1, aws2, s5cmd
    }

    /// What `Tests/Services/s3` said; nil where nothing was brought up.
    public static let shared: S3TestService? = {
        let environment = ProcessInfo.processInfo.environment
        guard let ceph = environment["JANITOR_TEST_S3"],
            let moto = environment["JANITOR_TEST_S3_MOTO"],
            let aws1 = environment["JANITOR_TEST_S3_AWS1"],
            let aws2 = environment["JANITOR_TEST_S3_AWS2"],
            let s5cmd = environment["JANITOR_TEST_S3_S5CMD"],
            let python = environment["JANITOR_TEST_S3_PYTHON"],
            let scripts = environment["JANITOR_TEST_S3_SCRIPTS"],
            let directory = environment["JANITOR_TEST_S3_DIRECTORY"]
        else { return nil }
        return S3TestService(
            ceph: ceph,
            moto: moto,
            programs: [.aws1: aws1, .aws2: aws2, .s5cmd: s5cmd],
            python: python,
            scripts: scripts,
            directory: directory
        )
    }()

    /// Every client; none where nothing was brought up.
    public static let clients: [Client] =
        shared == nil
        ? [] : TestSample.of([.aws1, .aws2], count: 1, name: "versions of aws") + [.s5cmd]

    /// One client, where all do the same, or every one if `JANITOR_TEST_ALL` is set.
    public static let fewClients: [Client] =
        clients.count == Client.allCases.count ? clients : Array(clients.prefix(1))

    /// What a suite that needs it says when it is skipped.
    public static let skipMessage: String = "there is no test service \"s3\""

    /// URL of Ceph's gateway.
    public let ceph: String
    /// URL of moto's server, which holds to less: it asks nobody who they are.
    public let moto: String
    /// Absolute paths of the clients.
    public let programs: [Client: String]
    /// A Python that has botocore.
    public let python: String
    /// Where the scripts beside the service lie.
    public let scripts: String
    /// Where Ceph's servers were started.
    public let directory: String

    /// The environment of every call: the operator's with credentials.
    public func environment(isStranger: Bool = false) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["AWS_ACCESS_KEY_ID"] = isStranger ? "strangerkey" : "janitorkey"
        environment["AWS_SECRET_ACCESS_KEY"] = isStranger ? "strangersecret" : "janitorsecret"
        environment["AWS_DEFAULT_REGION"] = "us-east-1"
        environment["AWS_EC2_METADATA_DISABLED"] = "true"
        environment["AWS_MAX_ATTEMPTS"] = "2"
        return environment
    }

    /// Settings for a client.
    public func settings(_ client: Client, at url: String? = nil) -> S3StoreSettings {
        S3StoreSettings(
            client: client == .s5cmd ? .s5cmd : .aws,
            aws: [programs[client == .aws2 ? .aws2 : .aws1] ?? "aws"],
            s5cmd: [programs[.s5cmd] ?? "s5cmd"],
            endpoint: url ?? ceph,
            // s5cmd waits longer and longer between its tries.
            options: client == .s5cmd ? ["--retry-count=1"] : []
        )
    }

    /// A policy's `stores` for a client.
    public func stores(_ client: Client, at url: String? = nil) -> String {
        let settings = settings(client, at: url)
        return "{ s3: { client: \"\(settings.client.rawValue)\", aws: [\"\(settings.aws[0])\"], "
            + "s5cmd: [\"\(settings.s5cmd[0])\"], endpoint: \"\(settings.endpoint ?? ceph)\" } }"
    }

    /// A reader.
    public func storage(
        _ client: Client,
        at url: String? = nil,
        isStranger: Bool = false
    ) -> S3Storage {
        S3Storage(
            calls: S3Calls(
                settings: settings(client, at: url),
                runner: ProcessRunner(clock: .system),
                environment: environment(isStranger: isStranger)
            ),
            clock: .system
        )
    }

    // MARK: Objects

    /// Puts objects.
    public func put(
        _ objects: [(key: String, bytes: [UInt8])],
        into bucket: String,
        at url: String? = nil,
        isStranger: Bool = false
    ) throws {
        let entries = objects.map { [$0.key, Data($0.bytes).base64EncodedString()] }
        let input = try JSONSerialization.data(withJSONObject: entries)
        _ = try order(
            [url ?? ceph, "put", bucket],
            input: Array(input),
            isStranger: isStranger
        )
    }

    /// Puts the files of a directory, the oldest first.
    ///
    /// - Parameters:
    ///   - directory: A local path.
    ///   - prefix: What the keys begin with; ends in a slash.
    ///   - bucket: The bucket.
    ///   - markers: Whether directories become objects whose keys end in a slash.
    ///   - url: The store; nil for Ceph's.
    ///   - isStranger: Whether the user without rights puts them.
    /// - Throws: Where the store refuses.
    public func put(
        tree directory: String,
        below prefix: String,
        into bucket: String,
        markers: Bool = false,
        at url: String? = nil,
        isStranger: Bool = false
    ) throws {
        let verb = markers ? "tree+" : "tree"
        let words = [url ?? ceph, verb, bucket, prefix, directory]
        _ = try order(words, isStranger: isStranger)
    }

    /// The keys that begin with a text, in the store's order.
    public func keys(
        _ prefix: String,
        in bucket: String,
        at url: String? = nil,
        isStranger: Bool = false
    ) throws -> [String] {
        let words = [url ?? ceph, "keys", bucket, prefix]
        let bytes = try order(words, isStranger: isStranger)
        return try JSONDecoder().decode([String].self, from: Data(bytes))
    }

    /// Has an order carried out beside the service.
    ///
    /// - Parameters:
    ///   - words: URL, verb, bucket and what comes behind them, as `s3-objects.py` says it.
    ///   - input: What it reads.
    ///   - isStranger: Whether the user without rights does it.
    /// - Returns: What it prints.
    /// - Throws: `TestServiceError` where it was not done.
    public func order(
        _ words: [String],
        input: [UInt8] = [],
        isStranger: Bool = false
    ) throws -> [UInt8] {
        let user = environment(isStranger: isStranger)
        return try ResidentScript.shared(python, "\(scripts)/s3-objects.py").answer(
            to: [
                user["AWS_ACCESS_KEY_ID"] ?? "", user["AWS_SECRET_ACCESS_KEY"] ?? "", words,
                String(decoding: input, as: UTF8.self),
            ]
        )
    }
}

/// A test service that did not do what a test asked of it.
public struct TestServiceError: Error, CustomStringConvertible {
    /// What it said.
    public let description: String

    /// Makes an error of these words.
    public init(_ description: String) {
        self.description = description
    }
}
