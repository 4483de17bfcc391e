internal import AvowProof
import CZstd

/// A zstd dictionary for the resources of one type, ready for use by any number of threads.
///
/// It must hold no personal data: whoever trains one blanks names, free text, identifiers and dates in
/// the samples first.
///
/// Sendable: zstd only reads a prepared dictionary.
@safe public final class CompressionDictionary: @unchecked Sendable {
    /// The largest dictionary that is accepted, in bytes.
    public static let largest = 1 << 20
    /// The size that pays best for single resources, in bytes.
    public static let standardCapacity = 16 << 10
    /// zstd's level, for records compressed with a dictionary. Level 3 takes a µs more a record and saves 1.5 % of it.
    static let level: Int32 = 1

    private static let format: UInt8 = 1
    /// What a trained dictionary begins with (RFC 8878, section 5).
    private static let magic: [UInt8] = [0x37, 0xA4, 0x30, 0xEC]

    /// Names the dictionary in the records that use it; unique in the store, never zero.
    public let id: UInt32
    /// The number of the resource type that it was trained for.
    public let typeNumber: UInt32
    /// Counts the dictionaries of a type; the newest is used for writing.
    public let generation: UInt32
    /// The dictionary as zstd defines it.
    public let bytes: [UInt8]

    let forCompression: OpaquePointer
    let forDecompression: OpaquePointer

    /// Prepares a dictionary.
    ///
    /// - Throws: `VaultError.malformed` unless `bytes` are a trained zstd dictionary and `id` is not
    ///   zero, `VaultError.tooLarge` if there are more than `largest` bytes.
    public init(id: UInt32, typeNumber: UInt32, generation: UInt32, bytes: [UInt8]) throws(VaultError) {
        guard id != 0 else { throw .malformed(.dictionary, offset: 1, expected: "an id above zero") }
        guard bytes.count <= CompressionDictionary.largest else {
            throw .tooLarge(.dictionary, length: UInt64(bytes.count), limit: CompressionDictionary.largest)
        }
        // zstd takes anything shorter than eight bytes, and anything without the magic number, as it is.
        guard bytes.count >= 8, bytes.starts(with: CompressionDictionary.magic) else {
            throw .malformed(.dictionary, offset: 0, expected: "a trained zstd dictionary")
        }
        // zstd copies the bytes.
        let (compression, decompression) = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe (
                ZSTD_createCDict(bytes.baseAddress, bytes.count, CompressionDictionary.level),
                ZSTD_createDDict(bytes.baseAddress, bytes.count)
            )
        }
        guard let compression = unsafe compression, let decompression = unsafe decompression else {
            // Freeing nil does nothing.
            unsafe ZSTD_freeCDict(compression)
            unsafe ZSTD_freeDDict(decompression)
            throw .malformed(.dictionary, offset: 0, expected: "a whole zstd dictionary")
        }
        self.id = id
        self.typeNumber = typeNumber
        self.generation = generation
        self.bytes = bytes
        unsafe forCompression = unsafe compression
        unsafe forDecompression = unsafe decompression
    }

    deinit {
        // Made in init, freed once.
        unsafe ZSTD_freeCDict(forCompression)
        unsafe ZSTD_freeDDict(forDecompression)
    }

    /// Trains a dictionary; takes about 0.2 s for a megabyte of samples.
    ///
    /// - Parameters:
    ///   - samples: Resources of the type, personal data blanked, the patient's UUID to one of all ones. A hundred times `capacity` in all is
    ///     a good amount.
    ///   - capacity: The largest size of the dictionary in bytes.
    ///   - id: See `id`.
    ///   - typeNumber: See `typeNumber`.
    ///   - generation: See `generation`.
    /// - Throws: `VaultError.training` if there are too few samples, or they have nothing in common.
    public static func train(
        samples: [[UInt8]], capacity: Int = standardCapacity, id: UInt32, typeNumber: UInt32,
        generation: UInt32
    ) throws(VaultError) -> CompressionDictionary {
        let concatenated = Array(samples.joined())
        return try train(
            concatenated: concatenated.span, lengths: samples.map(\.count), capacity: capacity, id: id,
            typeNumber: typeNumber, generation: generation)
    }

    /// Trains a dictionary from samples that stand one behind the other.
    ///
    /// - Parameter lengths: Each sample's length in bytes; they add up to the samples' length.
    /// - Throws: `VaultError.wrongLength` if they do not; else as
    ///   `train(samples:capacity:id:typeNumber:generation:)`.
    public static func train(
        concatenated samples: Span<UInt8>, lengths: [Int], capacity: Int = standardCapacity, id: UInt32,
        typeNumber: UInt32, generation: UInt32
    ) throws(VaultError) -> CompressionDictionary {
        var total = 0
        for length in lengths {
            let (sum, overflow) = total.addingReportingOverflow(length)
            guard length >= 0, !overflow, sum <= samples.count else {
                throw .wrongLength(.dictionary, expected: samples.count, found: sum)
            }
            total = sum
        }
        guard total == samples.count, let number = UInt32(exactly: lengths.count) else {
            throw .wrongLength(.dictionary, expected: samples.count, found: total)
        }
        guard capacity > 0, capacity <= largest else {
            throw .tooLarge(.dictionary, length: UInt64(max(capacity, 0)), limit: largest)
        }
        let (texts, textLengths) = condensed(samples, lengths)
        var result = 0
        // zstd writes at most `capacity` bytes and reads the texts, whose lengths add up to theirs.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            result = unsafe texts.withUnsafeBufferPointer { texts in
                unsafe ZDICT_trainFromBuffer(
                    output.baseAddress, capacity, texts.baseAddress, textLengths, number)
            }
            count = ZDICT_isError(result) == 0 ? result : 0
        }
        guard ZDICT_isError(result) == 0 else {
            // The name is a static string of the library's.
            let name = unsafe ZDICT_getErrorName(result).map { unsafe String(cString: $0) }
            throw .training(reason: name ?? "unknown error")
        }
        return try CompressionDictionary(
            id: id, typeNumber: typeNumber, generation: generation, bytes: bytes)
    }
}

extension CompressionDictionary {
    /// What stands for the patient's UUID in samples.
    private static let blankedPatient = UUIDBytes(high: .max, low: .max)

    /// The samples' texts as the compressor sees them, one behind the other, and the length of each.
    private static func condensed(_ samples: Span<UInt8>, _ lengths: [Int]) -> ([UInt8], [Int]) {
        var (texts, textLengths): ([UInt8], [Int]) = ([], [])
        texts.reserveCapacity(samples.count)
        textLengths.reserveCapacity(lengths.count)
        var condensed = CondensedText()
        var start = 0
        for length in lengths {
            condensed.condense(samples.extracting(start..<start + length), patient: blankedPatient)
            start += length
            texts.append(contentsOf: condensed.text.span)
            textLengths.append(condensed.text.count)
        }
        return (texts, textLengths)
    }
}

/// The record in which a store keeps a dictionary.
///
/// `0x01 ‖ id ‖ type number ‖ generation ‖ length ‖ bytes`, the four numbers in canonical LEB128. The
/// length is there because a cut dictionary is a dictionary, too.
extension CompressionDictionary {
    /// The dictionary's record.
    public var encoded: [UInt8] {
        var record: [UInt8] = [CompressionDictionary.format]
        record.append(variableLength: id)
        record.append(variableLength: typeNumber)
        record.append(variableLength: generation)
        record.append(variableLength: UInt32(bytes.count))
        record.append(contentsOf: bytes)
        return record
    }

    /// Decodes a dictionary's record.
    ///
    /// - Throws: `VaultError.unsupportedFormat`, `.malformed` or `.tooLarge`.
    public convenience init(encoded record: Span<UInt8>) throws(VaultError) {
        let limit = CompressionDictionary.largest + 16
        guard record.count <= limit else {
            throw .tooLarge(.dictionary, length: UInt64(record.count), limit: limit)
        }
        var reader = ByteReader(record, subject: .dictionary)
        let format = try reader.byte("a format")
        guard format == CompressionDictionary.format else {
            throw .unsupportedFormat(.dictionary, found: format)
        }
        let id = try reader.variableLength("a dictionary id")
        let typeNumber = try reader.variableLength("a type number")
        let generation = try reader.variableLength("a generation")
        let length = try reader.variableLength("a length")
        let bytes = try reader.bytes(Int(length), "\(length) bytes of dictionary")
        try reader.end()
        try self.init(id: id, typeNumber: typeNumber, generation: generation, bytes: bytes)
    }
}
