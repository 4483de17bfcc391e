import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

@Suite struct `Cutting the input into pieces` {
    private func patient(_ id: String, padding: Int = 0) -> String {
        #"{"resourceType":"Patient","id":"\#(id)","x":"\#(String(repeating: "x", count: padding))"}"#
    }

    private func pieces(_ file: String, _ limits: ReadLimits = ReadLimits()) -> [InputPiece] {
        var pieces = InputPieces(files: [file], limits: limits)
        var all: [InputPiece] = []
        while let piece = pieces.next() { all.append(piece) }
        return all
    }

    @Test(arguments: UInt64(1)...8)
    func `every line is in one piece, with its own number and offset`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var content: [UInt8] = []
        var expected: [(line: Int, offset: Int)] = []
        var ids: [String] = []
        for number in 1...3_000 {
            let offset = content.count
            switch random.next() % 5 {
            case 0: content += bytes(random.next() % 2 == 0 ? "" : " \t\r")
            case 1:
                content += bytes("{\"number\":\(number)}")
                expected.append((number, offset))
            default:
                ids.append("p\(number)")
                content += bytes(patient("p\(number)", padding: Int(random.next() % 3_000)))
            }
            if number < 3_000 || seed % 2 == 0 { content.append(10) }
        }
        let file = try TemporaryFile(content, name: "x.ndjson")
        let all = pieces(file.path)
        #expect(all.count > 3)
        #expect(all.reduce(0) { $0 + $1.byteCount } == UInt64(content.count))
        #expect(all.map(\.endsFile) == all.indices.map { $0 == all.count - 1 })
        let (resources, rejects) = try read(content, name: "x.ndjson")
        #expect(resources.map(\.id) == ids)
        #expect(rejects.map(\.place.line) == expected.map(\.line))
        #expect(rejects.map(\.place.byteOffset) == expected.map(\.offset))
    }

    @Test func `lines over the limit are rejected in their place, whether they end in a piece or fill several`()
        throws
    {
        let lines = [
            patient("a"), patient("b", padding: 50_000), patient("c"), patient("d", padding: 5_000_000), patient("e"),
            patient("f", padding: 2_000_000),
        ]
        let content = bytes(lines.joined(separator: "\n"))
        let (resources, rejects) = try read(content, name: "x.ndjson", limits: ReadLimits(line: 20_000))
        #expect(resources.map(\.id) == ["a", "c", "e"])
        #expect(rejects.map(\.place.line) == [2, 4, 6])
        #expect(rejects.allSatisfy { $0.reason == .tooLarge(limit: 20_000) })
        var offset = 0
        let offsets = lines.map { line in
            defer { offset += line.utf8.count + 1 }
            return offset
        }
        #expect(rejects.map(\.place.byteOffset) == [offsets[1], offsets[3], offsets[5]])
        // A line may be longer than a piece otherwise is.
        #expect(try read(content, name: "x.ndjson").resources.count == 6)
    }

    @Test func `a reader can leave a piece and read another one`() throws {
        let one = try TemporaryFile(bytes(BundleTests.bundle))
        let other = try TemporaryFile(bytes(patient("z")))
        let reader = PieceReader()
        let first = try #require(pieces(one.path).first)
        let second = try #require(pieces(other.path).first)
        for _ in 0..<3 {
            reader.open(first, validation: .none)
            _ = reader.next()
            reader.open(second, validation: .none)
            guard case .resource(let resource)? = reader.next() else {
                Issue.record("no resource")
                return
            }
            #expect(resource.id == "z")
            #expect(reader.next() == nil)
        }
    }

    @Test func `a file that is gone is one reject in the place of its piece`() throws {
        for name in ["gone.json", "gone.ndjson", "gone"] {
            let path = "/nowhere/\(name)"
            var reader = ResourceReader(files: [path])
            guard case .reject(let reject)? = reader.next(), case .unreadable = reject.reason else {
                Issue.record("no reject")
                continue
            }
            #expect(reject.place.file == path)
            #expect(reader.next() == nil)
        }
    }
}
