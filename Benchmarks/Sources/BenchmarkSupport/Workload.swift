import Foundation

/// The folder that a workload stands in: the same records as bundles and as rows, and what is read of them later.
public struct Workload {
    /// A record that is read by its id.
    public struct Read {
        /// The name of its type.
        public let type: String
        /// Its logical id.
        public let id: String
    }

    /// The folder.
    public let path: String

    /// The workload in a folder.
    public init(_ path: String) {
        self.path = path
    }

    /// Bundles, one a patient, as `00000.json` and so on.
    public var bundles: String { path + "/bundles" }
    /// The records as rows; `Peers/workload.h` describes the form.
    public var records: String { path + "/records" }
    /// The URIs of code systems, one a line, in the order of their numbers.
    public var systems: String { path + "/systems" }
    /// Records to be read by id: the number and the name of the type, and the id, on each line.
    public var reads: String { path + "/reads" }
    /// Patients whose records are read: the patient's number and id on each line.
    public var patients: String { path + "/patients" }
    /// How much there is, as JSON.
    public var summary: String { path + "/summary.json" }

    /// The path of the bundle of a patient.
    public func bundle(_ number: Int) -> String {
        bundles + String(format: "/%06d.json", number)
    }

    /// The paths of all bundles, in order.
    public func bundlePaths() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bundles).sorted().map { bundles + "/" + $0 }
    }

    /// The records to be read by id.
    public func recordsToRead() throws -> [Read] {
        try lines(reads).map { Read(type: $0[1], id: $0[2]) }
    }

    /// The ids of the patients whose records are read.
    public func patientsToRead() throws -> [String] {
        try lines(patients).map { $0[1] }
    }

    private func lines(_ path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
    }
}
