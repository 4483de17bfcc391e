import Avow
import AvowVault

/// The store of a run, opened with a key file beside it, so that no time goes into a passphrase.
///
/// What it is asked is not recorded, since none of the engines that it is compared with records that. `AuditBenchmark`
/// measures what recording costs.
enum BenchmarkStore {
    static func create(at path: String) throws -> Store {
        try Store.create(
            at: path, origin: "benchmark.example/avow", unlock: .keyFile(try KeyFile.generate(at: path + ".key")),
            recording: .off)
    }

    static func open(at path: String, recording: AuditRecording = .off) throws -> Store {
        try Store.open(at: path, unlock: .keyFile(try KeyFile.read(at: path + ".key")), recording: recording)
    }
}
