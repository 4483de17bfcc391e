public import AvowProof

/// The values of an entry of an index by code and date: `(code, system, date)`.
///
/// The code stands before its system so that a code of any system is one range, too.
public struct CodeDateValues: Hashable, Sendable {
    /// The code.
    public let code: String
    /// The URI of the code's system; empty when it has none.
    public let system: String
    /// The first instant of the clinical date in milliseconds since 1970-01-01T00:00:00Z; nil when there is none.
    public let date: Int64?

    /// Values of an entry.
    public init(code: String, system: String, date: Int64?) {
        self.code = code
        self.system = system
        self.date = date
    }

    /// The values as they stand in a key.
    public var tuple: TupleBytes {
        var tuple = TupleBytes()
        append(to: &tuple)
        return tuple
    }

    /// Appends the values as they stand in a key.
    public func append(to tuple: inout TupleBytes) {
        tuple.append(text: code)
        tuple.append(text: system)
        if let date {
            tuple.append(date)
        } else {
            tuple.appendNull()
        }
    }

    private static let texts = IndexTextLimit([.token, .instant])

    /// Whether a code or a system may be longer than it stands in a key, or could not stand in one as a whole.
    static func mayBeCut(_ text: String) -> Bool { texts.mayBeCut(text) }

    /// The date alone, out of a key's order.
    static func date(_ key: TreeKey) throws(QueryError) -> Int64? {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            try reader.skip()
            try reader.skip()
            return try date(&reader)
        } catch {
            throw .entry(key, expected: "a code, a system and a date: \(error)")
        }
    }

    private static func date(_ reader: inout TupleReader) throws(TupleError) -> Int64? {
        let date: Int64?
        switch try reader.next() {
        case .null: date = nil
        case .integer(let value): date = value
        default: throw TupleError(offset: 0, expected: "a date")
        }
        try reader.finish()
        return date
    }

    /// Reads the values out of a key's order.
    init(_ key: TreeKey) throws(QueryError) {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            guard case .text(let code) = try reader.next(), case .text(let system) = try reader.next() else {
                throw TupleError(offset: 0, expected: "a code and a system")
            }
            self.code = code
            self.system = system
            date = try CodeDateValues.date(&reader)
        } catch {
            throw .entry(key, expected: "a code, a system and a date: \(error)")
        }
    }
}
