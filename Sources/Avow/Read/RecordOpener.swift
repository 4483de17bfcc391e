internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowVault
internal import Synchronization

/// Where a sealed record rests, and what opens it.
struct RecordAddress: Sendable {
    /// The id of its blob.
    let blob: UInt64
    let pseudonym: Pseudonym
    /// Its patient's key.
    let key: RecordKey
}

/// What a query makes of one record, and, for a proof, what the record's digest is recomputed from.
struct OpenedRow: Sendable {
    let row: Result<Row?, RowError>
    let disclosed: DisclosedRecord?
}

/// Opens sealed records, with buffers that it keeps from one to the next. One for each thread.
///
/// What opens is the record that the entry stands for: a record is sealed for its patient and the id that it stands
/// under, no id is used twice, and the node that names the id is sealed for its own id and the hash that its parent has.
/// So reading need not recompute the digest that the tree holds. `Store.check` does, and so does whoever verifies an
/// answer.
final class RecordOpener {
    private let sealer: RecordSealer
    private let parser: JSONParser

    init(storeID: StoreID) throws(StoreError) {
        sealer = try mapping(StoreError.vault) { () throws(VaultError) in try RecordSealer(storeID: storeID) }
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .query(.source(error))
        }
    }

    /// Opens a record as compact JSON.
    func json(
        _ sealed: Span<UInt8>, _ address: RecordAddress, _ dictionaries: DictionarySet
    ) throws(VaultError) -> [UInt8] {
        var copy: [UInt8] = []
        try open(sealed, address, dictionaries) { copy = [UInt8](copying: $0) }
        return copy
    }

    /// Opens a record with what its digest is recomputed from.
    func disclosed(
        _ sealed: Span<UInt8>, _ address: RecordAddress, _ dictionaries: DictionarySet
    ) throws(VaultError) -> DisclosedRecord {
        DisclosedRecord(
            json: try json(sealed, address, dictionaries),
            saltSeed: try RecordSealer.saltSeed(of: sealed, key: address.key).bytes,
            sealedDigest: RecordCommitment.sealedDigest(sealed))
    }

    /// Opens a record and evaluates it.
    ///
    /// - Parameter disclosing: whether to give what its digest is recomputed from, too.
    func row(
        _ sealed: Span<UInt8>, _ address: RecordAddress, _ dictionaries: DictionarySet, _ owner: RecordIdentity,
        disclosing: Bool, _ evaluator: RowEvaluator
    ) throws(VaultError) -> OpenedRow {
        var row: Result<Row?, RowError> = .success(nil)
        var json: [UInt8] = []
        try open(sealed, address, dictionaries) { opened in
            row = Result { () throws(RowError) in try evaluator.row(of: opened, owner, parser) }
            if disclosing { json = [UInt8](copying: opened) }
        }
        guard disclosing else { return OpenedRow(row: row, disclosed: nil) }
        let disclosed = DisclosedRecord(
            json: json, saltSeed: try RecordSealer.saltSeed(of: sealed, key: address.key).bytes,
            sealedDigest: RecordCommitment.sealedDigest(sealed))
        return OpenedRow(row: row, disclosed: disclosed)
    }

    private func open(
        _ sealed: Span<UInt8>, _ address: RecordAddress, _ dictionaries: DictionarySet, _ body: (Span<UInt8>) -> Void
    ) throws(VaultError) {
        try sealer.withOpened(
            sealed, key: address.key, pseudonym: address.pseudonym.rawValue, recordID: address.blob,
            dictionaries: dictionaries, body)
    }
}
