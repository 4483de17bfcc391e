/// Writing and reading of the vault's own encodings.
extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// LEB128: seven bits a byte, lowest first, the high bit set in all but the last.
    mutating func append(variableLength value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

/// Reads from the front of some bytes; whatever is missing or wrong is an error with its offset.
struct ByteReader {
    private let bytes: [UInt8]
    private let subject: VaultError.Subject
    private(set) var offset = 0

    init(_ bytes: Span<UInt8>, subject: VaultError.Subject) {
        self.bytes = [UInt8](copying: bytes)
        self.subject = subject
    }

    var remaining: Int { bytes.count - offset }

    mutating func byte(_ expected: @autoclosure () -> String) throws(VaultError) -> UInt8 {
        guard remaining > 0 else { throw .malformed(subject, offset: offset, expected: expected()) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _: Value.Type, _ expected: @autoclosure () -> String
    ) throws(VaultError) -> Value {
        let length = Value.bitWidth / 8
        guard remaining >= length else { throw .malformed(subject, offset: offset, expected: expected()) }
        var value: Value = 0
        for _ in 0..<length {
            value = value << 8 | Value(bytes[offset])
            offset += 1
        }
        return value
    }

    mutating func bytes(_ count: Int, _ expected: @autoclosure () -> String) throws(VaultError) -> [UInt8] {
        guard count >= 0, remaining >= count else {
            throw .malformed(subject, offset: offset, expected: expected())
        }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// LEB128 of at most 32 bits, in its shortest form only.
    mutating func variableLength(_ expected: @autoclosure () -> String) throws(VaultError) -> UInt32 {
        let start = offset
        var value: UInt64 = 0
        for position in 0..<5 {
            let next = try byte(expected())
            value |= UInt64(next & 0x7F) << (7 * position)
            if next & 0x80 == 0 {
                // A last byte of zero would say nothing: the same number has a shorter form.
                let isShortest = next != 0 || position == 0
                guard isShortest, let result = UInt32(exactly: value) else { break }
                return result
            }
        }
        throw .malformed(subject, offset: start, expected: expected())
    }

    func end() throws(VaultError) {
        guard remaining == 0 else { throw .malformed(subject, offset: offset, expected: "the end") }
    }
}

extension [UInt8] {
    /// The span's bytes in an array of their own.
    init(copying span: Span<UInt8>) {
        self.init(unsafe span.withUnsafeBufferPointer { unsafe Array($0) })
    }
}
