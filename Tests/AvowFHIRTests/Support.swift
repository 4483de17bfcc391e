import Foundation
import Testing

@testable import AvowFHIR

/// Forty synthetic patients, unpacked once for all tests.
enum Synthea {
    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Beside the package, or in the directory that AVOW_SHARED_DATA names.
    static let archive: URL = {
        let directory = ProcessInfo.processInfo.environment["AVOW_SHARED_DATA"].map { URL(filePath: $0) }
        return (directory ?? packageRoot.appending(path: "../shared/data")).appending(
            path: "synthea-r4-40.tar.zst"
        )
        .standardizedFileURL
    }()

    /// The archive is beside the package in some checkouts only.
    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: archive.path) { return true }
        print("skipped: \(archive.path) is not there")
        return false
    }

    private static let target = FileManager.default.temporaryDirectory
        .appending(path: "avow-fhir-synthea-\(ProcessInfo.processInfo.processIdentifier)")

    private static let unpacked: Result<String, any Error> = Result {
        atexit { try? FileManager.default.removeItem(at: Synthea.target) }
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        try run("tar", ["--zstd", "-xf", archive.path, "-C", target.path])
        return target.path
    }

    static func directory() throws -> String { try unpacked.get() }
}

struct CommandFailure: Error {
    let command: String
    let status: Int32
}

@discardableResult
func run(_ command: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw CommandFailure(command: command, status: process.terminationStatus)
    }
    return output
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A file that lives as long as the value.
final class TemporaryFile {
    let path: String

    init(_ content: [UInt8], name: String = "input.json") throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "avow-fhir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.appending(path: name).path
        try Data(content).write(to: URL(filePath: path))
    }

    deinit {
        try? FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent())
    }
}

/// Everything that a reader finds in a file of this content. Unless told otherwise it does not validate, because most
/// tests read resources that have only what matters to them.
func read(
    _ content: [UInt8], name: String = "input.json", limits: ReadLimits = ReadLimits(),
    validation: ValidationStrength = .none
) throws -> (resources: [ImportedResource], rejects: [Reject]) {
    let file = try TemporaryFile(content, name: name)
    var reader = try ResourceReader(path: file.path, limits: limits, validation: validation)
    var resources: [ImportedResource] = []
    var rejects: [Reject] = []
    while let item = reader.next() {
        switch item {
        case .resource(let resource): resources.append(resource)
        case .reject(let reject): rejects.append(reject)
        }
    }
    return (resources, rejects)
}

/// Calls `body` with a copy of the bytes that ends where readable memory ends.
func withGuardedCopy<Result>(of bytes: [UInt8], _ body: (Span<UInt8>) throws -> Result) throws -> Result {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let pages = (bytes.count + page - 1) / page
    let size = (pages + 1) * page
    let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let base = try unsafe #require(memory)
    try #require(unsafe base != MAP_FAILED)
    defer { unsafe munmap(base, size) }
    try #require(unsafe mprotect(base + pages * page, page, PROT_NONE) == 0)
    // Sound: the copy fits in the pages before the guard, and is unmapped only after the call.
    let copy = unsafe UnsafeMutableRawBufferPointer(
        start: base + pages * page - bytes.count, count: bytes.count)
    unsafe copy.copyBytes(from: bytes)
    return try body(unsafe Span(_unsafeElements: copy.bindMemory(to: UInt8.self)))
}

extension ImportedResource {
    /// What the search parameter `code` finds in it.
    var codes: [Token] {
        guard let root = try? JSONParser().parse(json).root else { return [] }
        return Indexing.codes(of: root, type: type)
    }

    /// The first instant of its clinical date.
    var clinicalDate: Int64? {
        guard let root = try? JSONParser().parse(json).root else { return nil }
        return Indexing.clinicalDate(of: root, type: type)
    }
}
