import AvowFHIR
import AvowProof
import AvowStorage
import AvowTree
import Testing

@testable import Avow

/// Stores whose tree is sound, but whose writer put versions where they must not stand.
@Suite struct `A check of the histories` {
    /// `a` was changed, `b` is deleted, `c` was another patient's, `d` is as it came.
    private func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.importLines(
            ["a", "b", "c", "d"].map { Made.observation($0, of: "p", value: 1) })
        try fixture.importLines([Made.observation("a", of: "p", value: 2), Made.observation("c", of: "q", value: 2)])
        try fixture.importLines([Made.observation("a", of: "p", value: 3)])
        try fixture.store.delete(.observation, id: "b")
        return fixture
    }

    /// What `find` finds of the spaces of versions and of newest versions.
    private struct Entries {
        let audience: AudienceID
        let reader: TreeReader
        let type = UInt16(ResourceType.observation.rawValue)

        func newest(_ id: String, isDeleted: Bool = false) throws -> (key: TreeKey, located: LocatedRecord) {
            let key: TreeKey =
                isDeleted
                ? .deleted(audience, type: type, logicalID: id) : .locate(audience, type: type, logicalID: id)
            return (key, try LocatedRecord.read(try unwrapped(try reader.find(key))))
        }

        func version(_ id: String, _ version: UInt64, isDeleted: Bool = false) throws -> TreeKey {
            let located = try newest(id, isDeleted: isDeleted).located
            return .version(audience, located.pseudonym, type: type, number: located.number, version: version)
        }

        func entry(_ key: TreeKey) throws -> (value: Digest, blob: UInt64, inline: [UInt8]) {
            let entry = try unwrapped(try reader.find(key))
            return (entry.value, entry.blob, entry.inline)
        }
    }

    /// Commits changes of the tree as if they were right, and says what a check finds.
    private func findings(_ change: (Entries) throws -> [TreeMutation]) throws -> [String] {
        let fixture = try fixture()
        #expect(try fixture.checked() == [])
        try commit(change, to: try unwrapped(fixture.store))
        return try fixture.checked()
    }

    private func commit(_ change: (Entries) throws -> [TreeMutation], to store: Store) throws {
        let snapshot = try store.snapshot()
        let changes = try change(Entries(audience: try store.homeAudience(), reader: snapshot.reader))
        let batch = try TreeBatch(changes)
        try store.write { (transaction) throws(StoreError) in
            try store.committer.commit(
                batch, after: snapshot.state, nextRecordID: snapshot.state.nextRecordID, reason: "test",
                in: transaction)
        }
    }

    @Test func `finds a version that is missing`() throws {
        let found = try findings { [TreeMutation(try $0.version("a", 1), .remove)] }
        #expect(found.contains { $0.contains("it is version 2, expected version 1") }, "\(found)")
        let last = try findings { [TreeMutation(try $0.version("a", 2), .remove)] }
        #expect(last.contains { $0.contains("it says that it is version 3, expected 2") }, "\(last)")
        let all = try findings { entries in
            try [1, 2].map { TreeMutation(try entries.version("a", $0), .remove) }
        }
        #expect(all.contains { $0.contains("it says that it is version 3, expected 1") }, "\(all)")
    }

    @Test func `finds versions that nothing leads to`() throws {
        let found = try findings { [TreeMutation(try $0.newest("b", isDeleted: true).key, .remove)] }
        #expect(found.contains { $0.contains("no newer version leads to it") }, "\(found)")
        let link = try findings { [TreeMutation(try $0.version("c", 0), .remove)] }
        #expect(link.contains { $0.contains("no newer version leads to it") }, "\(link)")
        #expect(link.contains { $0.contains("it says that it is version 2, expected 1") }, "\(link)")
    }

    @Test func `finds a deletion of something else, or of nothing`() throws {
        let other = try findings { entries in
            let (key, located) = try entries.newest("b", isDeleted: true)
            let changed = LocatedRecord(
                pseudonym: located.pseudonym, number: located.number, version: located.version,
                digest: try entries.newest("a").located.digest)
            return [TreeMutation(key, .inline(changed.bytes, blob: 0))]
        }
        #expect(other.contains { $0.contains("it is not the deletion of the version before it") }, "\(other)")
        let renamed = try findings { entries in
            let (key, located) = try entries.newest("b", isDeleted: true)
            return [
                TreeMutation(key, .remove),
                TreeMutation(
                    .deleted(entries.audience, type: entries.type, logicalID: "z"), .inline(located.bytes, blob: 0)),
            ]
        }
        #expect(renamed.contains { $0.contains("the record that it deleted has another type or id") }, "\(renamed)")
        let invented = try findings { entries in
            let located = try entries.newest("b", isDeleted: true).located
            let deletion = LocatedRecord(
                pseudonym: located.pseudonym, number: 1_000, version: 1, digest: located.digest)
            return [
                TreeMutation(
                    .deleted(entries.audience, type: entries.type, logicalID: "z"),
                    .inline(deletion.bytes, blob: 0))
            ]
        }
        #expect(invented.contains { $0.contains("it is not the deletion of the version before it") }, "\(invented)")
        let garbage = try findings { entries in
            [
                TreeMutation(
                    .deleted(entries.audience, type: entries.type, logicalID: "z"), .inline([1, 2, 3], blob: 0))
            ]
        }
        #expect(garbage.contains { $0.contains("it says of no version that it is deleted") }, "\(garbage)")
    }

    @Test func `finds a resource that is deleted and there`() throws {
        // The deletion of "b" says that it is one of "d".
        let found = try findings { entries in
            let (key, located) = try entries.newest("d")
            let entry = try entries.entry(key)
            let record = TreeKey.record(
                entries.audience, located.pseudonym, type: entries.type, number: located.number)
            let deletion = LocatedRecord(
                pseudonym: located.pseudonym, number: located.number, version: 2,
                digest: .deletion(of: located.digest))
            return [
                TreeMutation(record, .remove),
                TreeMutation(
                    located.versionKey(entries.audience, type: entries.type), .record(located.digest, blob: entry.blob)),
                TreeMutation(
                    .deleted(entries.audience, type: entries.type, logicalID: "d"),
                    .inline(deletion.bytes, blob: 0)),
            ]
        }
        #expect(found.contains { $0.contains("there is a record of this type and id") }, "\(found)")
        #expect(found.contains { $0.contains("another resource has the same versions before it") }, "\(found)")
    }

    @Test func `finds versions that are neither records nor deletions`() throws {
        let found = try findings { entries in
            let key = try entries.version("a", 2)
            return [TreeMutation(key, .record(Digest(.value, [1]), blob: 0))]
        }
        #expect(found.contains { $0.contains("neither for a record nor for the deletion") }, "\(found)")
        let link = try findings { entries in
            let located = try entries.newest("c").located
            let elsewhere = LocatedRecord(
                pseudonym: located.pseudonym, number: 77, version: 1, digest: located.digest)
            return [TreeMutation(try entries.version("c", 0), .inline(elsewhere.bytes, blob: 0))]
        }
        #expect(link.contains { $0.contains("it leads to versions that are not there") }, "\(link)")
        let second = try findings { entries in
            let earlier = try LocatedRecord(try entries.entry(try entries.version("c", 0)).inline)
            return [TreeMutation(try entries.version("d", 0), .inline(earlier.bytes, blob: 0))]
        }
        #expect(!second.isEmpty)
    }
}
