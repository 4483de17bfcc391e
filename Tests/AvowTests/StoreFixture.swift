import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowSamples
import AvowVault
import AvowVerify
import Foundation
@testable import Avow

extension Store {
    /// Imports without validation: most tests make up resources that have only what matters to them.
    @discardableResult
    func importUnvalidated(
        at paths: [String], progress: (ImportProgress) -> Void = { _ in },
        reject: @escaping (ImportReject) -> Void = { _ in }
    ) throws(StoreError) -> ImportSummary {
        try importResources(at: paths, validation: .none, progress: progress, reject: reject)
    }
}

/// A store of its own in a temporary folder.
final class StoreFixture {
    let directory: URL
    private(set) var store: Store!
    let recording: AuditRecording
    static let passphrase = "correct horse battery staple"

    /// - Parameters:
    ///   - patients: how many generated patients are imported.
    ///   - recording: off unless the audit ledger matters, since each query waits for the disk when it is recorded.
    init(patients: Int = 0, seed: UInt64 = 1, recording: AuditRecording = .off) throws {
        self.recording = recording
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("avow-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store.create(
            at: storePath, origin: "test.example/avow", unlock: try StoreFixture.unlock(), cost: StoreFixture.cheap,
            recording: recording)
        if patients > 0 { try store.importResources(at: [try writeSamples(patients, seed: seed).path]) }
    }

    deinit {
        store = nil
        try? FileManager.default.removeItem(at: directory)
    }

    var storePath: String { directory.appendingPathComponent("store").path }
    var dataFile: String { storePath + "/data.mdb" }

    static let cheap = KeyDerivation.Cost(operations: 1, memoryKiB: 8)

    static func unlock(_ text: String = passphrase) throws -> UnlockSecret {
        .passphrase(try Passphrase(text))
    }

    func writeSamples(_ patients: Int, seed: UInt64 = 1) throws -> URL {
        let folder = directory.appendingPathComponent("bundles-\(seed)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, bundle) in SamplePatients(seed: seed).bundles(count: patients).enumerated() {
            try Data(bundle).write(to: folder.appendingPathComponent("patient-\(number).json"))
        }
        return folder
    }

    func write(_ text: String, _ name: String) throws -> String {
        let url = directory.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// Lets go of the store, so that its files can be changed, and opens it again.
    func reopen(_ change: () throws -> Void = {}) throws {
        store = nil
        try change()
        store = try Store.open(at: storePath, unlock: try StoreFixture.unlock(), recording: recording)
    }

    func close() {
        store = nil
    }

    var verifier: AnswerVerifier { AnswerVerifier(LogPolicy(log: store.verifierKey)) }

    static var clinician: Actor { get throws { try Actor("Practitioner/1") } }
}

extension Store {
    /// The audience of records of which no consent speaks.
    func homeAudience() throws -> AudienceID { try policy().defaultAudience.id }
}
