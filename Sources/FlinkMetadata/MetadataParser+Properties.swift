// SPDX-License-Identifier: Apache-2.0

extension MetadataParser {
    /// Reads the Java object at the end.
    ///
    /// Source: `MetadataV4Serializer`; field names as in Flink 1.16 to 2.3.
    ///
    /// - Throws: `MetadataError` only where the source itself fails; whatever else is wrong makes
    ///   the properties unknown.
    mutating func readProperties() throws(MetadataError) -> SnapshotProperties {
        let start = cursor.offset
        do {
            var reader = JavaObjectReader(startingAt: start)
            let value = try reader.readStream(&cursor)
            if case .null = value { return .null }
            guard let properties = CheckpointProperties(value) else {
                let reason = MetadataError.Reason.malformedProperties("not CheckpointProperties")
                return .unknown(MetadataError(reason, at: start))
            }
            return .known(properties)
        } catch {
            if case .ioFailure = error.reason { throw error }
            return .unknown(error)
        }
    }
}

extension CheckpointProperties {
    private static let package = "org.apache.flink.runtime.checkpoint."
    // Made once: they are compared in every file.
    private static let className = package + "CheckpointProperties"
    private static let typeClasses = TypeClass.allCases.map { (package + $0.rawValue, $0) }

    /// Takes the properties from an object; nil where it is another or lacks a field.
    init?(_ value: JavaValue) {
        guard case .object(let object) = value,
            object.className == Self.className,
            case .object(let type) = object["checkpointType"],
            let typeClass = Self.typeClasses.first(where: { $0.0 == type.className })?.1,
            case .string(let typeName) = type["name"]
        else { return nil }
        switch typeClass {
        case .checkpoint:
            guard case .constant(let name) = type["sharingFilesStrategy"],
                let sharing = Sharing(rawValue: name)
            else { return nil }
            self.sharing = sharing
            format = nil
        case .savepoint:
            guard case .constant(let name) = type["formatType"],
                let format = Format(rawValue: name)
            else { return nil }
            sharing = .noSharing
            self.format = format
        }
        self.typeClass = typeClass
        self.typeName = typeName
        guard case .boolean(let forced) = object["forced"],
            case .boolean(let subsumed) = object["discardSubsumed"],
            case .boolean(let finished) = object["discardFinished"],
            case .boolean(let cancelled) = object["discardCancelled"],
            case .boolean(let failed) = object["discardFailed"],
            case .boolean(let suspended) = object["discardSuspended"],
            case .boolean(let unclaimed) = object["unclaimed"]
        else { return nil }
        self.forced = forced
        discardSubsumed = subsumed
        discardFinished = finished
        discardCancelled = cancelled
        discardFailed = failed
        discardSuspended = suspended
        self.unclaimed = unclaimed
    }
}
