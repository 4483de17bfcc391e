internal import AvowProof
internal import AvowTree

/// Random salts for values that rest in the tree.
enum Salt {
    static func salted(_ content: [UInt8]) -> [UInt8] {
        var salt: [UInt8] = []
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<(SaltedValue.saltByteCount / 8) { salt.append(bigEndian: generator.next() as UInt64) }
        return salt + content
    }
}

extension Pseudonym {
    /// The pseudonym that an entry of the space `patient` stands for.
    static func read(_ entry: PlacedEntry) throws(StoreError) -> Pseudonym {
        do throws(EntryValueError) {
            return try Pseudonym(content: try SaltedValue(entry.inline).content)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }
}

extension LocatedRecord {
    /// Where the record stands that an entry of the space `locate` leads to.
    static func read(_ entry: PlacedEntry) throws(StoreError) -> LocatedRecord {
        do throws(EntryValueError) {
            return try LocatedRecord(entry.inline)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }
}
