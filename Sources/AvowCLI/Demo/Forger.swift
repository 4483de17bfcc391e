import AvowQuery

/// Makes false answers out of true ones, the way somebody would who wants to be believed.
struct Forger {
    private let files: DemoFiles

    init(_ files: DemoFiles) {
        self.files = files
    }

    /// The answer with one digit of a measured value changed, where, and to which digit.
    func flipDigit() throws(CommandFailure) -> (bytes: [UInt8], offset: Int, digit: Character) {
        var bytes = try read(files.answer)
        let name = Array("\"valueQuantity\":{\"value\":".utf8)
        let places = bytes.indices.dropLast(name.count)
        guard let start = places.first(where: { bytes[$0..<$0 + name.count].elementsEqual(name) }) else {
            throw CommandFailure("the demo did not go as it must: the answer holds no measured value")
        }
        let offset = start + name.count
        // The lowest bit turns a digit into the one beside it.
        bytes[offset] ^= 1
        return (bytes, offset, Character(Unicode.Scalar(bytes[offset])))
    }

    /// Writes the answer to the narrow query as if it were one to another query.
    func passOffNarrow(as query: String) throws(CommandFailure) {
        var answer = try decode(files.narrow)
        answer.query = query
        try FileAccess.write(answer.bytes, to: files.dropped)
    }

    /// Writes the new answer with the checkpoint, and its log proof, of the old one.
    func putOldCheckpoint() throws(CommandFailure) {
        var answer = try decode(files.newAnswer)
        answer.logProof = try decode(files.answer).logProof
        try FileAccess.write(answer.bytes, to: files.oldCheckpoint)
    }

    private func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        try FileAccess.read(path, limit: Answer.maximumByteCount, failingWith: .failure)
    }

    private func decode(_ path: String) throws(CommandFailure) -> Answer {
        let bytes = try read(path)
        do throws(AnswerFormatError) {
            return try Answer.decode(bytes).answer
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }
}
