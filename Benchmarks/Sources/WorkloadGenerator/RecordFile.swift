import AvowFHIR
import BenchmarkSupport
import Foundation

/// Writes the records that an import of the bundles makes as rows, read and extracted already, for engines that are
/// measured without reading JSON. `Peers/workload.h` describes the form.
struct RecordFile {
    /// What has been written.
    struct Totals {
        var resources = 0
        var indexRows = 0
        var jsonBytes = 0
    }

    /// The date of a row without one.
    private static let noDate = Int64.min
    private static let flushCount = 4 << 20

    private(set) var totals = Totals()
    private var systems: [String: UInt16] = [:]
    private var systemNames: [String] = []
    private var buffer: [UInt8] = []
    private let file: FileHandle
    private var rows: IndexRows

    init(at path: String, _ coverage: IndexRows.Coverage) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
        self.file = file
        rows = try IndexRows(coverage)
        buffer += Array("AVOWREC1".utf8)
        append(UInt32(ResourceType.observation.rawValue))
        append(UInt32(ResourceType.condition.rawValue))
    }

    /// The URIs of the systems that rows name, in the order of their numbers.
    var systemURIs: [String] { systemNames }

    mutating func write(_ resource: ImportedResource, bundle: Int) throws {
        let rows = try rows.rows(of: resource)
        let content = rows.reduce(into: Array(resource.id.utf8)) { bytes, row in append(row, to: &bytes) }
        append(UInt32(content.count + resource.json.count))
        append(UInt32(resource.json.count))
        append(UInt32(bundle))
        buffer.append(resource.patient == nil ? 0 : 1)
        buffer.append(resource.type.rawValue)
        buffer.append(UInt8(resource.id.utf8.count))
        buffer.append(0)
        append(UInt32(rows.count))
        buffer += content
        buffer += resource.json
        totals.resources += 1
        totals.indexRows += rows.count
        totals.jsonBytes += resource.json.count
        if buffer.count >= RecordFile.flushCount { try flush() }
    }

    private mutating func append(_ row: IndexRow, to bytes: inout [UInt8]) {
        RecordFile.append(row.date ?? RecordFile.noDate, to: &bytes)
        RecordFile.append((row.value ?? .nan).bitPattern, to: &bytes)
        RecordFile.append(row.parameter, to: &bytes)
        RecordFile.append(number(of: row.system), to: &bytes)
        RecordFile.append(UInt16(row.code.utf8.count), to: &bytes)
        bytes += Array(row.code.utf8)
    }

    mutating func finish() throws {
        try flush()
        try file.close()
    }

    private mutating func flush() throws {
        try file.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func number(of system: String) -> UInt16 {
        if let known = systems[system] { return known }
        let number = UInt16(systemNames.count)
        systems[system] = number
        systemNames.append(system)
        return number
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        RecordFile.append(value, to: &buffer)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
