import Avow
import AvowFHIR
import AvowQuery
import Foundation

/// A question of `Examples/queries` with the result that `Questions/questions.py` computed for it with DuckDB.
struct Question: Codable {
    /// The name of its files, without their endings.
    let name: String
    /// Whether its order leaves no two rows equal.
    let isOrdered: Bool
    let columns: [String]
    /// Of each row its cells as JSON texts, nil for null.
    let rows: [[String?]]

    /// The query as it stands in the repository.
    var text: String {
        get throws {
            try String(contentsOf: Question.package.appending(path: "Examples/queries/\(name).sql"), encoding: .utf8)
        }
    }

    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The first difference between the rows and those of a result; nil when there is none.
    func difference(from result: QueryResult) -> String? {
        guard result.columns == columns else { return "columns \(result.columns), expected \(columns)" }
        var found = result.rows.map { row in row.map(Question.canonical).joined(separator: "\t") }
        var expected = rows.map { row in row.map { Question.canonical(json: $0 ?? "null") }.joined(separator: "\t") }
        if !isOrdered {
            found.sort()
            expected.sort()
        }
        for (number, pair) in zip(found, expected).enumerated() where !pair.0.utf8.elementsEqual(pair.1.utf8) {
            return "row \(number): \(pair.0)\nexpected: \(pair.1)"
        }
        return found.count == expected.count ? nil : "\(found.count) rows, expected \(expected.count)"
    }

    private static func canonical(_ cell: Cell) -> String {
        if case .number = cell { canonical(json: cell.json) } else { cell.json }
    }

    /// The same text for numbers of the same value, however many zeros stand behind their point.
    private static func canonical(json: String) -> String {
        guard json.contains("."), json.wholeMatch(of: /-?[0-9]+\.[0-9]+/) != nil else { return json }
        let digits = json.replacing(/0+$/, with: "")
        return digits.hasSuffix(".") ? String(digits.dropLast()) : digits
    }
}

/// An index that fits the questions, as `Examples/queries/indexes.json` has it.
struct QuestionIndex: Decodable {
    let name: String
    let on: String
    let columns: [String]

    /// Makes all of them.
    static func make(in store: Store) throws {
        let file = Question.package.appending(path: "Examples/queries/indexes.json")
        for index in try JSONDecoder().decode([QuestionIndex].self, from: Data(contentsOf: file)) {
            let type = try unwrapped(ResourceType(name: index.on))
            try store.createIndex(index.name, on: type, columns: index.columns.map { IndexColumn($0) })
        }
    }
}

/// `Questions/questions.py` at work.
enum QuestionOracle {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A Python that has DuckDB: the one that AVOW_PYTHON names, the usual one, or that of the benchmarks. Says so when
    /// there is none.
    static let python: String? = {
        let benchmarks = Question.package.appending(path: "Benchmarks/.build-peers/python/bin/python").path
        let named = ProcessInfo.processInfo.environment["AVOW_PYTHON"]
        let found = [named, "python3", benchmarks].compactMap { $0 }.first { python in
            (try? run(python, ["-c", "import duckdb"])) != nil
        }
        if found == nil { print("skipped: there is no Python with DuckDB (pip install duckdb; AVOW_PYTHON names one)") }
        return found
    }()

    /// The questions with what is computed for them over a folder of bundles.
    static func questions(over folder: URL) throws -> [Question] {
        guard let python else { throw Failure(description: "there is no Python with DuckDB") }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Questions/questions.py")
        let output = try run(python, [script.path, folder.path])
        return try output.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Question.self, from: $0) }
    }

    private static func run(_ python: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python] + arguments
        process.standardOutput = output
        process.standardError = arguments.first == "-c" ? FileHandle.nullDevice : FileHandle.standardError
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(python) failed") }
        return data
    }
}
