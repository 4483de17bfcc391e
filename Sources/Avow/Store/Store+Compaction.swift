internal import AvowStorage
internal import Foundation

extension Store {
    /// Writes a copy of the store as it is now, without the free pages that commits have left, into a directory, which
    /// is made when it does not exist. The copy opens with the same passphrases and key files.
    ///
    /// The audit ledger is copied, too, after the store: what is recorded meanwhile is in the copy of the ledger.
    ///
    /// The store itself stays as it is and in use; the copy takes as much space as the pages in use. Only one of the two
    /// may be written to from then on: both would go on from the same commit, sign what differs, and be found out.
    ///
    /// - Throws: `.storage` when there is a store in the directory already, or the copy cannot be written; nothing is left
    ///   behind then.
    /// - Complexity: O(n) in the pages in use, read and written in sequence.
    public func copyCompacted(to path: String) throws(StoreError) {
        try mapping(StoreError.storage) { () throws(StorageError) in try storage.copyCompacted(to: path) }
        guard let ledger = try audit.recorder.ledgerToRead() else { return }
        do throws(StorageError) {
            try ledger.storage.copyCompacted(to: Ledger.path(of: path))
        } catch {
            for file in ["data.mdb", Ledger.folder] {
                try? FileManager.default.removeItem(atPath: path + "/" + file)
            }
            throw .storage(error)
        }
    }
}
