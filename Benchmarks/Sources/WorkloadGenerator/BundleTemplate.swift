import AvowFHIR
import BenchmarkSupport

/// A patient's bundle with holes where its UUIDs and dates stood, out of which any number of other patients are made.
struct BundleTemplate {
    /// How many resources the bundle holds.
    let resourceCount: Int
    private let text: [UInt8]
    private let holes: [Hole]
    private let uuidCount: Int

    private struct Hole {
        let offset: Int
        let content: Content
    }

    private enum Content {
        /// A UUID, by its number among those of the bundle.
        case uuid(Int)
        /// A date, in days since 1970-01-01.
        case date(Int)

        var byteCount: Int {
            switch self {
            case .uuid: BundleTemplate.uuidByteCount
            case .date: BundleTemplate.dateByteCount
            }
        }
    }

    private static let uuidByteCount = 36
    private static let dateByteCount = 10

    /// - Parameter without: names of types that are left out.
    init(parsing bundle: [UInt8], without: Set<String>) throws {
        let document = try JSONParser().parse(bundle)
        var text = Array("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[".utf8)
        var count = 0
        if let entries = document.root["entry"]?.elements {
            for entry in entries {
                if let type = entry["resource"]?["resourceType"]?.string, without.contains(type) { continue }
                if count > 0 { text.append(UInt8(ascii: ",")) }
                text += entry.rawBytes
                count += 1
            }
        }
        text += Array("]}".utf8)
        resourceCount = count
        self.text = text
        (holes, uuidCount) = BundleTemplate.findHoles(in: text)
    }

    private static func findHoles(in text: [UInt8]) -> (holes: [Hole], uuidCount: Int) {
        var holes: [Hole] = []
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        var offset = 0
        while offset < text.count {
            if isUUID(text, at: offset) {
                let uuid = text[offset..<(offset + uuidByteCount)]
                let number = numbers[uuid] ?? numbers.count
                numbers[uuid] = number
                holes.append(Hole(offset: offset, content: .uuid(number)))
                offset += uuidByteCount
            } else if text[offset] == UInt8(ascii: "\""), let day = date(text, at: offset + 1) {
                holes.append(Hole(offset: offset + 1, content: .date(day)))
                offset += 1 + dateByteCount
            } else {
                offset += 1
            }
        }
        return (holes, numbers.count)
    }

    private static func isUUID(_ text: [UInt8], at offset: Int) -> Bool {
        let hyphens = [8, 13, 18, 23]
        let hyphen = UInt8(ascii: "-")
        guard offset + uuidByteCount <= text.count, hyphens.allSatisfy({ text[offset + $0] == hyphen }) else {
            return false
        }
        return (0..<uuidByteCount).allSatisfy { hyphens.contains($0) || text[offset + $0].isHexadecimalDigit }
    }

    /// The day of a date that begins at `offset` and ends with its string or at a time.
    private static func date(_ text: [UInt8], at offset: Int) -> Int? {
        guard offset + dateByteCount < text.count else { return nil }
        let end = text[offset + dateByteCount]
        guard end == UInt8(ascii: "\"") || end == UInt8(ascii: "T") else { return nil }
        return CivilDay(parsing: text[offset..<(offset + dateByteCount)])?.number
    }

    /// The bundle of another patient: every UUID another one, the same one in every place, and all dates shifted by the
    /// same number of days.
    func bundle(ofPatient number: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(seed: seed, number: UInt64(number))
        // Only into the past, so that nothing comes to lie in the future.
        let shift = -Int(generator.next() % 1_500)
        let uuids = (0..<uuidCount).map { _ in BundleTemplate.uuid(&generator) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var copied = 0
        for hole in holes {
            bytes += text[copied..<hole.offset]
            switch hole.content {
            case .uuid(let number): bytes += uuids[number]
            case .date(let day): bytes += CivilDay(number: day + shift).text
            }
            copied = hole.offset + hole.content.byteCount
        }
        bytes += text[copied...]
        return bytes
    }

    private static func uuid(_ generator: inout SplitMix64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var halves = [generator.next(), generator.next()]
        return (0..<uuidByteCount).map { position in
            if [8, 13, 18, 23].contains(position) { return UInt8(ascii: "-") }
            if position == 14 { return UInt8(ascii: "4") }
            let half = position < 18 ? 0 : 1
            defer { halves[half] >>= 4 }
            return digits[Int(halves[half] & 15)]
        }
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
