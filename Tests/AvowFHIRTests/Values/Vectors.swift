import Foundation

/// What Python made of the same values; `Vectors/record.py` says how.
enum Vectors {
    struct Decimals: Decodable {
        let left, right: String
        let order: Int
        let sum, product, quotient, div, mod: String?
    }

    struct Dates: Decodable {
        let from, unit: String
        let count: Int
        let to: String?
    }

    struct Units: Decodable {
        let code: String
        let factor: Double?
        let dimension: String?
    }

    static func read<Case: Decodable>(_ name: String) throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "Vectors/\(name)")))
    }
}
