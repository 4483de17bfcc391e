import AvowFHIR
import AvowSamples
import BenchmarkSupport
import Foundation

/// Writes a workload: bundles of as many patients as are asked for, and the same records as rows.
///
///     WorkloadGenerator FOLDER RESOURCES avow|search [BUNDLES]
///
/// The patients are copies of those in the folder BUNDLES (of made-up ones when none is given), each with ids and dates
/// of its own, without claims. The rows hold what Avow's indexes do, or what an index of all search parameters would.
/// The same arguments give the same bytes.
@main
enum WorkloadGenerator {
    private static let seed: UInt64 = 20_261_123
    /// Types that are left out: they are what a payer holds, and large.
    private static let claims: Set<String> = ["Claim", "ExplanationOfBenefit"]
    private static let samplePatients = 300
    private static let readCount = 5_000
    private static let patientCount = 200

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 || arguments.count == 5, let wanted = Int(arguments[2]), wanted > 0,
            let coverage = IndexRows.Coverage(rawValue: arguments[3])
        else {
            print("WorkloadGenerator FOLDER RESOURCES avow|search [BUNDLES]")
            exit(2)
        }
        let workload = Workload(arguments[1])
        try FileManager.default.createDirectory(atPath: workload.bundles, withIntermediateDirectories: true)
        let templates = try templates(arguments.count == 5 ? arguments[4] : nil)
        try write(workload, templates, coverage, resources: wanted)
    }

    private static func templates(_ folder: String?) throws -> [BundleTemplate] {
        guard let folder else {
            return try SamplePatients(seed: seed).bundles(count: samplePatients).map {
                try BundleTemplate(parsing: $0, without: claims)
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        guard !names.isEmpty else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: folder]) }
        return try names.sorted().map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            return try BundleTemplate(parsing: Array(data), without: claims)
        }
    }

    private static func write(
        _ workload: Workload, _ templates: [BundleTemplate], _ coverage: IndexRows.Coverage, resources wanted: Int
    ) throws {
        var records = try RecordFile(at: workload.records, coverage)
        var reads = Reservoir<String>(capacity: readCount, seed: seed)
        var patients = Reservoir<String>(capacity: patientCount, seed: seed + 1)
        var bundles = 0
        while records.totals.resources < wanted {
            let template = templates[bundles % templates.count]
            let path = workload.bundle(bundles)
            try Data(template.bundle(ofPatient: bundles, seed: seed)).write(to: URL(fileURLWithPath: path))
            var seen: Set<String> = []
            var reader = ResourceReader(files: [path])
            while let item = reader.next() {
                // What Avow would not take, others do not get either.
                guard case .resource(let resource) = item, resource.link != .unresolved,
                    seen.insert("\(resource.type.name)/\(resource.id)").inserted
                else { continue }
                try records.write(resource, bundle: bundles)
                reads.offer("\(resource.type.rawValue) \(resource.type.name) \(resource.id)")
                if resource.type == .patient { patients.offer("\(bundles) \(resource.id)") }
            }
            bundles += 1
        }
        try records.finish()
        try write(records.systemURIs, to: workload.systems)
        try write(reads.elements, to: workload.reads)
        try write(patients.elements, to: workload.patients)
        let totals = records.totals
        let summary = """
            {"resources": \(totals.resources), "bundles": \(bundles), "indexRows": \(totals.indexRows), \
            "jsonBytes": \(totals.jsonBytes), "templates": \(templates.count)}
            """
        try write([summary], to: workload.summary)
        print(summary)
    }

    private static func write(_ lines: [String], to path: String) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    }
}
