import AvowQuery

@testable import AvowProof

/// An answer in which a row's record, or the place that it has in the tree, was dropped, added or changed.
struct QuestionForgery {
    let name: String
    let answer: Answer

    /// Forgeries of an answer; each file has the digest that fits it.
    ///
    /// - Parameter strangers: records of other answers of the store.
    static func all(of sound: Answer, strangers: [DisclosedRecord]) throws -> [QuestionForgery] {
        try records(of: sound, strangers) + values(of: sound) + proofs(of: sound)
    }

    /// Large answers, of which each takes long to verify, are forged in one place of each kind.
    private static let largeRecordCount = 1_000

    private static func forged(_ name: String, _ sound: Answer, _ change: (inout Answer) throws -> Void) rethrows
        -> QuestionForgery
    {
        var answer = sound
        try change(&answer)
        return QuestionForgery(name: name, answer: answer)
    }

    // MARK: Records

    private static func records(of sound: Answer, _ strangers: [DisclosedRecord]) throws -> [QuestionForgery] {
        let known = Set(sound.records)
        let stranger = try unwrapped(strangers.first { !known.contains($0) }, "a record that the answer has not")
        var forgeries = [forged("a record added", sound) { $0.records.append(stranger) }]
        let isLarge = sound.records.count > largeRecordCount
        for index in isLarge ? [sound.records.count / 2] : places(in: sound.records.count) {
            forgeries.append(forged("record \(index) dropped", sound) { $0.records.remove(at: index) })
            forgeries.append(forged("record \(index) replaced", sound) { $0.records[index] = stranger })
            forgeries.append(
                forged("record \(index) given twice", sound) { $0.records.append($0.records[index]) })
            // Every digit stands in a value, where another digit leaves the JSON sound.
            var json = sound.records[index].json
            let digit = try unwrapped(json.lastIndex { (0x31...0x39).contains($0) }, "a digit")
            json[digit] = json[digit] == 0x31 ? 0x32 : 0x31
            forgeries.append(
                forged("a digit of record \(index) changed", sound) {
                    $0.records[index] = $0.records[index].with(json: json)
                })
        }
        return forgeries
    }

    /// The first, the middle and the last place.
    private static func places(in count: Int) -> [Int] {
        count == 0 ? [] : Set([0, count / 2, count - 1]).sorted()
    }

    // MARK: Values that rest in the tree

    private static func values(of sound: Answer) -> [QuestionForgery] {
        var forgeries = [forged("a value added", sound) { $0.values.append([1, 2, 3]) }]
        for index in places(in: sound.values.count) {
            forgeries.append(forged("value \(index) dropped", sound) { $0.values.remove(at: index) })
            forgeries.append(
                forged("value \(index) changed", sound) { $0.values[index][$0.values[index].count - 1] ^= 1 })
        }
        return forgeries
    }

    // MARK: Entries, and the counts of those that are not shown

    private static func proofs(of sound: Answer) throws -> [QuestionForgery] {
        let proof = try ProofSurgery(sound.treeProof)
        var forgeries: [QuestionForgery] = []
        func cut(_ name: String, _ change: (inout ProofSurgery) throws -> Void) throws {
            var items = proof
            try change(&items)
            forgeries.append(forged(name, sound) { $0.treeProof = items.bytes })
        }
        let shown = proof.leaves(.full) + proof.leaves(.order)
        let isLarge = sound.records.count > largeRecordCount
        for place in isLarge ? [shown.count / 2] : places(in: shown.count) {
            let index = shown[place]
            let leaf = try unwrapped(proof.items[index].leaf)
            try cut("entry \(index) hidden") {
                $0.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
            }
            try cut("entry \(index) given twice") {
                $0.items[index].opened += 1
                $0.items.insert(.init(opened: 0, item: .leaf(leaf)), at: index + 1)
            }
            try cut("entry \(index) leading elsewhere") {
                $0.items[index].item = .leaf(
                    ShownLeaf(disclosure: leaf.disclosure, key: leaf.key, digest: Digest(.value, [1])))
            }
        }
        let opaque = proof.items.indices.filter {
            if case .pruned(2..., _) = proof.items[$0].item { true } else { false }
        }
        for place in places(in: opaque.count) {
            guard case .pruned(let count, let hash) = proof.items[opaque[place]].item else { continue }
            for change in [count - 1, count + 1] {
                try cut("\(change) entries where \(count) are") {
                    $0.items[opaque[place]].item = .pruned(count: change, hash: hash)
                }
            }
        }
        return forgeries
    }
}
