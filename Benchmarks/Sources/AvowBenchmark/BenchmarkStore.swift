import Avow
import AvowVault

/// The store of a run, opened with a key file beside it, so that no time goes into a passphrase.
enum BenchmarkStore {
    static func create(at path: String) throws -> Store {
        try Store.create(
            at: path, origin: "benchmark.example/avow", unlock: .keyFile(try KeyFile.generate(at: path + ".key")))
    }

    static func open(at path: String) throws -> Store {
        try Store.open(at: path, unlock: .keyFile(try KeyFile.read(at: path + ".key")))
    }
}
