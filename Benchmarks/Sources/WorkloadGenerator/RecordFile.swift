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
    private let parser: JSONParser

    init(at path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
        self.file = file
        parser = try JSONParser()
        buffer += Array("AVOWREC1".utf8)
        append(UInt32(ResourceType.observation.rawValue))
        append(UInt32(ResourceType.condition.rawValue))
    }

    /// The URIs of the systems that rows name, in the order of their numbers.
    var systemURIs: [String] { systemNames }

    mutating func write(_ resource: ImportedResource, bundle: Int) throws {
        let value = try value(of: resource)
        append(UInt32(resource.json.count))
        append(UInt32(bundle))
        buffer.append(resource.patient == nil ? 0 : 1)
        buffer.append(resource.type.rawValue)
        buffer.append(UInt8(resource.id.utf8.count))
        buffer.append(0)
        append(UInt32(resource.codes.count))
        buffer += Array(resource.id.utf8)
        for token in resource.codes {
            append((resource.clinicalDate ?? RecordFile.noDate))
            append(value.bitPattern)
            append(number(of: token.system))
            append(UInt16(token.code.utf8.count))
            buffer += Array(token.code.utf8)
        }
        buffer += resource.json
        totals.resources += 1
        totals.indexRows += resource.codes.count
        totals.jsonBytes += resource.json.count
        if buffer.count >= RecordFile.flushCount { try flush() }
    }

    mutating func finish() throws {
        try flush()
        try file.close()
    }

    private mutating func flush() throws {
        try file.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    /// The number that was measured, not a number when there is none.
    private func value(of resource: ImportedResource) throws -> Double {
        guard resource.type == .observation,
            let text = try parser.parse(resource.json).root["valueQuantity"]?["value"]?.numberText
        else { return .nan }
        return Double(text) ?? .nan
    }

    private mutating func number(of system: String) -> UInt16 {
        if let known = systems[system] { return known }
        let number = UInt16(systemNames.count)
        systems[system] = number
        systemNames.append(system)
        return number
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            buffer.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
