import AvowQuery
import Foundation

/// `Oracle/oracle.py` at work: a second implementation of import and query, in Python.
final class Oracle {
    /// Whether there is a Python to run it; says so when there is none.
    static let isAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        if process.terminationStatus == 0 { return true }
        print("skipped: there is no python3 of version 3.11 or later")
        return false
    }()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The rows of a query.
    struct Rows: Decodable {
        let columns: [String]
        let rows: [[OracleCell]]
        /// The clinical date of each row's record in ms, by which `ORDER BY date` sorts.
        let keys: [Int64?]
    }

    /// How many bundles and different resources the folder holds.
    struct Size: Decodable {
        let bundles: Int
        let resources: Int
    }

    let size: Size
    private let process = Process()
    private let input: FileHandle
    private let output: FileHandle
    private var buffer = Data()

    /// Starts the oracle over a folder of bundles, and waits until it has read them.
    init(folder: URL) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracle/oracle.py")
        let (questions, answers) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path, folder.path]
        process.standardInput = questions
        process.standardOutput = answers
        input = questions.fileHandleForWriting
        output = answers.fileHandleForReading
        try process.run()
        size = try JSONDecoder().decode(Size.self, from: try Oracle.line(from: output, &buffer))
    }

    deinit {
        // At the end of its input it ends.
        try? input.close()
        process.waitUntilExit()
    }

    func rows(_ query: String) throws -> Rows {
        try ask(["ask": "query", "text": query])
    }

    func patients() throws -> [String] {
        struct Reply: Decodable { let patients: [String] }
        return try (ask(["ask": "patients"]) as Reply).patients
    }

    /// The codes of a type and how many resources have them, the frequent first.
    func codes(_ type: String) throws -> [(system: String, code: String, count: Int)] {
        struct Reply: Decodable { let codes: [[String]] }
        return try (ask(["ask": "codes", "type": type]) as Reply).codes.map { ($0[0], $0[1], Int($0[2]) ?? 0) }
    }

    /// Paths to every value that some resource of a type has.
    func paths(_ type: String) throws -> [String] {
        struct Reply: Decodable { let paths: [String] }
        return try (ask(["ask": "paths", "type": type]) as Reply).paths
    }

    /// The clinical dates of a type as they are written.
    func dates(_ type: String) throws -> [String] {
        struct Reply: Decodable { let dates: [String] }
        return try (ask(["ask": "dates", "type": type]) as Reply).dates
    }

    /// Every resource: `Type/id`, whose it is, and its compact JSON.
    func dump(to file: URL) throws -> [(reference: String, patient: String?, json: String)] {
        struct Reply: Decodable { let resources: Int }
        let reply: Reply = try ask(["ask": "dump", "file": file.path])
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "\t"), maxSplits: 2).map { String(decoding: $0, as: UTF8.self) }
        }
        guard lines.count == reply.resources else { throw Failure(description: "the dump is incomplete") }
        return lines.map { ($0[0], $0[1] == "-" ? nil : $0[1], $0[2]) }
    }

    private func ask<Reply: Decodable>(_ question: [String: String]) throws -> Reply {
        try input.write(contentsOf: JSONEncoder().encode(question) + Data("\n".utf8))
        return try JSONDecoder().decode(Reply.self, from: try Oracle.line(from: output, &buffer))
    }

    private static func line(from output: FileHandle, _ buffer: inout Data) throws -> Data {
        var searched = buffer.startIndex
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer = Data(buffer[(end + 1)...]) }
                return Data(buffer[..<end])
            }
            searched = buffer.endIndex
            let more = output.availableData
            guard !more.isEmpty else { throw Failure(description: "the oracle has stopped; its reason stands above") }
            buffer.append(more)
        }
    }
}

/// A cell as the oracle writes it.
struct OracleCell: Decodable {
    let cell: Cell

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            cell = .null
            return
        }
        var parts = try decoder.unkeyedContainer()
        switch try parts.decode(String.self) {
        case "string": cell = .string(try parts.decode(String.self))
        case "number": cell = .number(try parts.decode(String.self))
        case "boolean": cell = .boolean(try parts.decode(Bool.self))
        case "json": cell = .json(try parts.decode(String.self))
        default: throw Oracle.Failure(description: "an unknown kind of cell")
        }
    }
}
