import Foundation
import Testing

@testable import AvowProof

/// Reads `Vectors/tree.json` and `Vectors/tree-refused.json`, which are written for any implementation of the format;
/// with AVOW_RECORD=1 in the environment they are written anew first.
@Suite struct `Tree proofs agree with the vectors` {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
    static let accepted = folder.appendingPathComponent("tree.json")
    static let refused = folder.appendingPathComponent("tree-refused.json")
    static let script = folder.appendingPathComponent("check_tree.py")
    static let isRecording = ProcessInfo.processInfo.environment["AVOW_RECORD"] == "1"
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
        .first(where: FileManager.default.isExecutableFile)

    static let recorded: Result<Void, any Error> = Result {
        guard isRecording else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try (encoder.encode(TreeVectors.make()) + Data("\n".utf8)).write(to: accepted)
        try (encoder.encode(RefusedVector.makeAll()) + Data("\n".utf8)).write(to: refused)
    }

    private func load<Value: Decodable>(_ type: Value.Type, _ url: URL) throws -> Value {
        try Self.recorded.get()
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    @Test func `elements, keys and hashes are those of the vectors, step by step`() throws {
        let vectors = try load(TreeVectors.self, Self.accepted)
        #expect(!vectors.tuples.isEmpty && !vectors.leaves.isEmpty && !vectors.inner.isEmpty)
        for vector in vectors.tuples {
            #expect(try vector.tuple().bytes.hexadecimal == vector.hex)
        }
        for vector in vectors.leaves {
            let key = try vector.key()
            let bytes = key.bytes.span
            let value = try digest(vector.value)
            let owner = TreeHash.ownerBlind(bytes.extracting(key.owner), value)
            let order = TreeHash.keyBlind(bytes.extracting(key.order), owner)
            let leaf = TreeHash.leaf(bytes.extracting(key.realm), order)
            #expect(owner.description == vector.ownerBlind)
            #expect(order.description == vector.keyBlind)
            #expect(leaf.description == vector.leaf)
        }
        for vector in vectors.inner {
            let hash = TreeHash.inner(
                vector.countLeft, try digest(vector.left), vector.countRight, try digest(vector.right))
            #expect(hash.description == vector.hash)
        }
        #expect(TreeHash.empty.description == vectors.empty)
    }

    @Test func `each accepted proof shows its entries and answers its questions`() throws {
        let vectors = try load(TreeVectors.self, Self.accepted)
        #expect(vectors.proofs.count >= 8)
        for vector in vectors.proofs {
            let tree = try TreeProof(try decoded(vector.proof)).verified(
                root: try digest(vector.root), count: vector.count)
            #expect(tree.wholeEntries == vector.shown, "\(vector.name)")
            for question in vector.questions {
                #expect(try question.answer(of: tree) == question.expected, "\(vector.name): \(question.ask)")
            }
        }
    }

    @Test func `each refused proof is refused for the reason that the vectors name`() throws {
        let vectors = try load([RefusedVector].self, Self.refused)
        #expect(vectors.count >= 40)
        #expect(Set(vectors.map(\.name)).count == vectors.count)
        for vector in vectors {
            let error = #expect(throws: TreeProofError.self, "\(vector.name)") {
                let tree = try TreeProof(try decoded(vector.proof))
                    .verified(root: try digest(vector.root), count: vector.count)
                _ = try vector.question.answer(of: tree)
            }
            #expect(error?.reason == vector.refusal, "\(vector.name): \(String(describing: error))")
        }
    }

    @Test func `the vectors are those that the code writes`() throws {
        #expect(try load(TreeVectors.self, Self.accepted) == TreeVectors.make())
        #expect(try load([RefusedVector].self, Self.refused) == RefusedVector.makeAll())
    }

    // Skipped, and reported so, where there is no python3.
    @Test(.enabled(if: python != nil, "there is no python3 here"))
    func `a second implementation, in Python, agrees with every vector`() throws {
        try Self.recorded.get()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [Self.script.path, Self.accepted.path, Self.refused.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.hasPrefix("agreed on "), "\(text)")
    }
}

private struct BadHexadecimal: Error {}

private func decoded(_ text: String) throws -> [UInt8] {
    guard let bytes = bytes(hexadecimal: text) else { throw BadHexadecimal() }
    return bytes
}

private func digest(_ text: String) throws -> Digest {
    guard let digest = Digest(try decoded(text)) else { throw BadHexadecimal() }
    return digest
}

extension TreeProofError {
    /// The name of the refusal in the vectors.
    var reason: String {
        switch self {
        case .malformed: "malformed"
        case .wrongRoot: "wrongRoot"
        case .wrongCount: "wrongCount"
        case .unorderedLeaves: "unorderedLeaves"
        case .incomplete: "incomplete"
        case .undecidedLeaf: "undecidedLeaf"
        case .partialLeaf: "partialLeaf"
        }
    }
}

extension ProvenTree {
    /// The leaves that are shown whole, as the vectors write them.
    fileprivate var wholeEntries: [ShownEntry] {
        zip(shown.items, shown.ranks).compactMap { item, rank in
            item.disclosure == .full ? ShownEntry(shown.entry(item), rank: rank) : nil
        }
    }
}

// MARK: - What the files hold

struct ShownEntry: Codable, Equatable {
    var rank: UInt64
    var realm: String
    var order: String
    var owner: String
    var value: String

    init(_ entry: TreeEntry, rank: UInt64) {
        let key = entry.key
        self.rank = rank
        realm = Array(key.bytes[key.realm]).hexadecimal
        order = Array(key.bytes[key.order]).hexadecimal
        owner = Array(key.bytes[key.owner]).hexadecimal
        value = entry.value.description
    }
}

/// A question to a proven tree. `ask` is `count`, `ascending`, `descending` (with `lower`, `upper` or null for the end
/// of the tree, and `limit`, the most entries to read) or `entry` (with the parts of a key); `answer` is a number, or
/// the ranks of the entries. A limit that is not reached means that the end of the range is proven too.
struct TreeQuestion: Codable, Equatable {
    var ask: String
    var lower: String?
    var upper: String?
    var limit: Int?
    var key: [String]?
    var count: UInt64?
    var ranks: [UInt64]?

    enum Answer: Equatable {
        case count(UInt64)
        case ranks([UInt64])
    }

    static func count(_ range: KeyRange, _ count: UInt64? = nil) -> TreeQuestion {
        TreeQuestion(ask: "count", lower: range.lower.hexadecimal, upper: range.upper?.hexadecimal, count: count)
    }

    static func read(
        _ range: KeyRange, descending: Bool = false, limit: Int = 1_000, _ ranks: [UInt64]? = nil
    ) -> TreeQuestion {
        TreeQuestion(
            ask: descending ? "descending" : "ascending", lower: range.lower.hexadecimal,
            upper: range.upper?.hexadecimal, limit: limit, ranks: ranks)
    }

    static func entry(_ key: TreeKey, _ ranks: [UInt64]? = nil) -> TreeQuestion {
        TreeQuestion(
            ask: "entry",
            key: [key.realm, key.order, key.owner].map { Array(key.bytes[$0]).hexadecimal }, ranks: ranks)
    }

    var expected: Answer { count.map(Answer.count) ?? .ranks(ranks ?? []) }

    func answer(of tree: ProvenTree) throws -> Answer {
        func rank(_ entry: TreeEntry) -> UInt64 {
            tree.wholeEntries.first { $0 == ShownEntry(entry, rank: $0.rank) }?.rank ?? .max
        }
        if let key {
            let parts = try key.map(decoded)
            let treeKey = TreeKey(
                bytes: parts.flatMap { $0 }, realmByteCount: parts[0].count, orderByteCount: parts[1].count)
            return .ranks(try tree.entry(for: try #require(treeKey)).map { [rank($0)] } ?? [])
        }
        let range = KeyRange(lower: try decoded(lower ?? ""), upper: try upper.map(decoded))
        if ask == "count" { return .count(try tree.count(in: range)) }
        var cursor = try tree.cursor(over: range, descending: ask == "descending")
        var ranks: [UInt64] = []
        while ranks.count < limit ?? 0, let entry = try cursor.next() { ranks.append(rank(entry)) }
        return .ranks(ranks)
    }
}

/// What `Vectors/tree.json` holds; strings of bytes are in hexadecimal.
struct TreeVectors: Codable, Equatable {
    /// A tuple of one element and its encoding.
    struct Tuple: Codable, Equatable {
        /// null, bytes (value in hexadecimal), text, integer (in decimal) or uuid (canonical text).
        var type: String
        var value: String
        var hex: String

        init(_ element: TupleElement) {
            switch element {
            case .null: (type, value) = ("null", "")
            case .bytes(let bytes): (type, value) = ("bytes", bytes.hexadecimal)
            case .text(let text): (type, value) = ("text", text)
            case .integer(let number): (type, value) = ("integer", "\(number)")
            case .unsigned(let number): (type, value) = ("integer", "\(number)")
            case .uuid(let bytes): (type, value) = ("uuid", bytes.hexadecimal)
            }
            hex = AvowProofTests.tuple(element).bytes.hexadecimal
        }

        func tuple() throws -> TupleBytes {
            let element: TupleElement
            switch type {
            case "null": element = .null
            case "bytes": element = .bytes(try decoded(value))
            case "text": element = .text(value)
            case "uuid": element = .uuid(try decoded(value))
            default: element = try Int64(value).map(TupleElement.integer) ?? .unsigned(#require(UInt64(value)))
            }
            return AvowProofTests.tuple(element)
        }
    }

    struct Leaf: Codable, Equatable {
        var realm: String
        var order: String
        var owner: String
        var value: String
        var ownerBlind: String
        var keyBlind: String
        var leaf: String

        init(_ entry: TreeEntry) {
            let shown = ShownEntry(entry, rank: 0)
            (realm, order, owner, value) = (shown.realm, shown.order, shown.owner, shown.value)
            ownerBlind = NaiveTree.ownerBlind(entry).description
            keyBlind = NaiveTree.keyBlind(entry).description
            leaf = NaiveTree.leafHash(entry).description
        }

        func key() throws -> TreeKey {
            let (realm, order, owner) = try (decoded(realm), decoded(order), decoded(owner))
            return try #require(
                TreeKey(bytes: realm + order + owner, realmByteCount: realm.count, orderByteCount: order.count))
        }
    }

    struct Inner: Codable, Equatable {
        var countLeft: UInt64
        var left: String
        var countRight: UInt64
        var right: String
        var hash: String
    }

    struct Proof: Codable, Equatable {
        var name: String
        var proof: String
        var root: String
        var count: UInt64
        /// The leaves that are shown whole.
        var shown: [ShownEntry]
        var questions: [TreeQuestion]
    }

    var tuples: [Tuple]
    var leaves: [Leaf]
    var inner: [Inner]
    /// The root of the tree that holds nothing.
    var empty: String
    var proofs: [Proof]
}

/// A proof, a question, and why one of the two is refused.
struct RefusedVector: Codable, Equatable {
    var name: String
    var proof: String
    var root: String
    var count: UInt64
    var question: TreeQuestion
    var refusal: String
}
