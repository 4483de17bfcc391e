/// Why a note, a key, a checkpoint or a proof file was refused, and where.
public struct NoteError: Error, Equatable, Sendable {
    /// What was wrong.
    public enum Problem: Equatable, Sendable {
        /// The input has more bytes than a note or proof may have.
        case tooLong(limit: Int, found: Int)
        /// The input is not UTF-8.
        case invalidText
        /// A control character other than a newline.
        case controlCharacter(UInt8)
        /// The text of a note does not end in a newline.
        case unfinishedLine
        /// No blank line with signature lines after it.
        case noSignatures
        /// A signature line is not "— name base64".
        case malformedSignatureLine
        /// More signature lines than are read.
        case tooManySignatures(limit: Int)
        /// A key's name is empty or has white space, a plus or a control character.
        case invalidKeyName
        /// A verifier key is not "name+hash+base64".
        case malformedKey
        /// A verifier key's hash is not the one of its name and key.
        case keyIDMismatch(expected: UInt32, found: UInt32)
        /// A key of an algorithm that is not supported.
        case unsupportedAlgorithm(UInt8)
        /// A key or seed has another length than its algorithm's.
        case wrongKeyLength(expected: Int, found: Int)
        /// A line is missing, or is not what should stand there.
        case malformedLine(expected: String)
        /// The signature of a known key is not valid for the note's text.
        case invalidSignature(key: String)
        /// None of the known keys signed the note.
        case notSigned
        /// The checkpoint is of another log.
        case wrongOrigin(expected: String, found: String)
        /// Fewer witnesses cosigned than are demanded.
        case tooFewWitnesses(required: Int, found: Int)
        /// The leaf does not stand in the checkpoint's log as the proof says.
        case notIncluded(LogProofError)
    }

    /// What was wrong.
    public let problem: Problem

    /// The offset in bytes from the start of the input; zero where the whole input is at fault.
    public let offset: Int

    /// A refusal of what stands at `offset`.
    public init(_ problem: Problem, at offset: Int = 0) {
        self.problem = problem
        self.offset = offset
    }

    /// The same refusal of an input that begins `distance` bytes into another.
    func moved(by distance: Int) -> NoteError {
        NoteError(problem, at: offset + distance)
    }
}

extension NoteError: CustomStringConvertible {
    /// What was wrong and where, for a person.
    public var description: String {
        "note at offset \(offset): \(problem)"
    }
}

extension NoteError.Problem: CustomStringConvertible {
    /// What was wrong, for a person.
    public var description: String {
        switch self {
        case .tooLong(let limit, let found):
            "\(found) bytes are more than the \(limit) allowed"
        case .invalidText:
            "the text is not valid UTF-8"
        case .controlCharacter(let character):
            "the control character 0x\([character].hexadecimal) is not allowed"
        case .unfinishedLine:
            "the text does not end in a newline"
        case .noSignatures:
            "a blank line and signature lines were expected after the text"
        case .malformedSignatureLine:
            "a signature line of the form \"— name base64\" was expected"
        case .tooManySignatures(let limit):
            "more than \(limit) signatures"
        case .invalidKeyName:
            "a key's name must not be empty nor have white space, plus signs or control characters"
        case .malformedKey:
            "a verifier key of the form \"name+hash+base64\" was expected"
        case .keyIDMismatch(let expected, let found):
            "the key's hash should be \(String(keyID: expected)), it says \(String(keyID: found))"
        case .unsupportedAlgorithm(let algorithm):
            "keys of algorithm 0x\([algorithm].hexadecimal) are not supported here"
        case .wrongKeyLength(let expected, let found):
            "a key of \(expected) bytes was expected, found \(found)"
        case .malformedLine(let expected):
            "expected \(expected)"
        case .invalidSignature(let key):
            "the signature by \(key) is not valid for this text"
        case .notSigned:
            "no known key signed this"
        case .wrongOrigin(let expected, let found):
            "a checkpoint of the log \"\(expected)\" was expected, this one is of \"\(found)\""
        case .tooFewWitnesses(let required, let found):
            "\(required) witnesses are demanded, \(found) cosigned"
        case .notIncluded(let error):
            "\(error)"
        }
    }
}

extension String {
    /// A key id as verifier keys write it: eight lower-case hexadecimal digits.
    init(keyID: UInt32) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: keyID)
        self = bytes.hexadecimal
    }
}
