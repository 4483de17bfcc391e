internal import AvowStorage
internal import Foundation

extension Store {
    /// Replaces the file of a store, and that of its audit ledger, by copies without the free pages that commits have
    /// left.
    ///
    /// Nobody may have the store open, in this process or another one; who opens it meanwhile waits. Needs no secret. A
    /// crash leaves the store as it was or as it is afterwards. The disk must have room for the pages in use.
    ///
    /// - Returns: the bytes of both files before and after.
    /// - Throws: `.storage` with the code `inUse` or `alreadyOpen` when somebody has it open; the store is as it was then.
    /// - Complexity: O(n) in the pages in use, read and written in sequence.
    public static func compact(at path: String) throws(StoreError) -> (before: UInt64, after: UInt64) {
        try mapping(StoreError.storage) { () throws(StorageError) in
            var size = try LMDBStorage.compact(at: path)
            let ledger = Ledger.path(of: path)
            guard FileManager.default.fileExists(atPath: ledger + "/data.mdb") else { return size }
            let other = try LMDBStorage.compact(at: ledger)
            size.before += other.before
            size.after += other.after
            return size
        }
    }

    /// How large a store's file is, and what of it is free, in bytes. Needs no secret.
    ///
    /// - Throws: `.storage` when there is no store, or this process has it open.
    public static func freePages(at path: String) throws(StoreError) -> (fileBytes: UInt64, freeBytes: UInt64) {
        let size = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBStorage.open(at: path, tables: .store, readOnly: true).size()
        }
        return (size.fileBytes, size.freePages * UInt64(size.pageSize))
    }

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
