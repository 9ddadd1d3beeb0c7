// SPDX-License-Identifier: Apache-2.0

extension MetadataParser {
    private static let masterMagic: UInt32 = 0xC96B_1696

    /// Reads the states of master hooks, which name no files.
    mutating func readMasterStates() throws(MetadataError) -> [MasterState] {
        var states: [MasterState] = []
        for _ in 0..<(try cursor.readCount(.masterStates, minimum: 18)) {
            states.append(try readMasterState())
        }
        return states
    }

    private mutating func readMasterState() throws(MetadataError) -> MasterState {
        let start = cursor.offset
        let magic = UInt32(bitPattern: try cursor.readInt32())
        let length = Int64(try cursor.readInt32())
        guard magic == Self.masterMagic, length > 0 else {
            throw MetadataError(.malformedMasterState, at: start)
        }
        guard length <= cursor.remaining else {
            throw cursor.error(.truncated(needed: length, left: cursor.remaining))
        }
        let end = cursor.offset + length
        let version = Int(try cursor.readInt32())
        let name = try cursor.readString()
        let bytes = try cursor.skipBytes()
        guard cursor.offset == end else {
            throw MetadataError(.malformedMasterState, at: start)
        }
        return MasterState(name: name, version: version, length: bytes)
    }
}
