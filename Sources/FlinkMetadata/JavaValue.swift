// SPDX-License-Identifier: Apache-2.0

/// A value in a Java serialisation stream.
enum JavaValue {
    case null
    case boolean(Bool)
    case number(Int64)
    case string(String)
    /// An enum constant by its name.
    case constant(String)
    case object(JavaObject)
}

/// An object with the fields of its class and of all classes above it.
struct JavaObject {
    let className: String
    var fields: [(name: String, value: JavaValue)] = []

    /// The value of a field; of two with the same name that of the class itself.
    subscript(name: String) -> JavaValue? {
        fields.last { $0.name == name }?.value
    }
}

/// A class description.
struct JavaType {
    let name: String
    /// Its own number in the stream.
    let handle: Int
    let flags: UInt8
    var fields: [(name: String, code: UInt8)] = []
    /// The number of the class above it.
    var parent: Int?
}

/// What a number in a stream can stand for.
enum JavaHandle {
    case type(JavaType)
    case value(JavaValue)
}
