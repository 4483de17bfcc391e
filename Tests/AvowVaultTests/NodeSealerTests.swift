import AvowProof
import Testing

@testable import AvowVault

@Suite struct `Sealed nodes` {
    let storeKey: SecretKey
    let storeID = StoreID.random()
    let sealer: NodeSealer

    init() throws {
        storeKey = try SecretKey.random()
        sealer = try NodeSealer(storeKey: storeKey, storeID: storeID)
    }

    @Test func `a node opens to the bytes that were sealed, at every length`() throws {
        for length in Array(0...300) + Array(1_780...1_900) + Array(4_030...4_060) + [100_000] {
            let node = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = sealer.seal(node, nodeID: 5)
            #expect(
                sealed.count <= 1_900 && sealed.count.isMultiple(of: 64)
                    || (sealed.count + 16).isMultiple(of: 4_096))
            #expect(try sealer.open(sealed, nodeID: 5) == node)
        }
    }

    @Test func `nodes that are sealed one after the other have nonces of their own, whatever was asked for`() throws {
        for count in [0, 1, 3, 16] {
            var nonces = Nonces(count: count)
            var seen: Set<[UInt8]> = []
            for id in 1...40 as ClosedRange<UInt64> {
                var sealed = [UInt8](repeating: 0, count: NodeSealer.start) + [1, 2, 3]
                sealer.seal(&sealed, nodeID: id, hash: sampleHash, &nonces)
                #expect(seen.insert(Array(sealed[..<AEAD.nonceLength])).inserted)
                #expect(try sealer.open(sealed.span, nodeID: id, hash: sampleHash) == [1, 2, 3])
            }
        }
    }

    @Test func `nodes that end in what padding is made of come back whole`() throws {
        for node in [[0], [0x80], [0x80, 0], [0, 0x80, 0x80], [0x80, 0, 0, 0]] as [[UInt8]] {
            #expect(try sealer.open(sealer.seal(node, nodeID: 1), nodeID: 1) == node)
        }
    }

    @Test func `every bit of a sealed node counts`() throws {
        let sealed = sealer.seal(Array("node".utf8), nodeID: 5)
        for bit in 0..<sealed.count * 8 {
            #expect(throws: VaultError.notAuthentic(.node)) {
                try sealer.open(sealed.flipping(bit: bit), nodeID: 5)
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: VaultError.notAuthentic(.node)) {
                try sealer.open(Array(sealed[..<length]), nodeID: 5)
            }
        }
    }

    @Test func `a node is bound to its id, store and key`() throws {
        let sealed = sealer.seal(Array("node".utf8), nodeID: 5)
        let refusal = VaultError.notAuthentic(.node)
        #expect(throws: refusal) { try sealer.open(sealed, nodeID: 6) }
        #expect(throws: refusal) { try sealer.open(sealed, nodeID: 5, hash: Digest(.leaf, [2])) }
        #expect(throws: refusal) {
            try NodeSealer(storeKey: storeKey, storeID: .random()).open(sealed, nodeID: 5)
        }
        #expect(throws: refusal) {
            try NodeSealer(storeKey: .random(), storeID: storeID).open(sealed, nodeID: 5)
        }
    }

    @Test(arguments: [[], [0, 0], [0x80], [1, 0x81, 0], [1, 0x80, 1, 0]] as [[UInt8]])
    func `padding that seal would not write is refused`(_ plaintext: [UInt8]) throws {
        let key = try storeKey.derive(context: KeyContext.nodes)
        var associatedData = storeID.bytes
        associatedData.append(bigEndian: 5 as UInt64)
        sampleHash.append(to: &associatedData)
        let sealed = AEAD.seal(plaintext, key: key, associatedData: associatedData)
        #expect(
            throws: VaultError.malformed(
                .node, offset: plaintext.count, expected: "padding of 0x80 and zeros")
        ) { try sealer.open(sealed, nodeID: 5) }
    }

    @Test func `blob lengths are small steps or whole pages, never shorter than needed`() {
        for length in 1...20_000 {
            let node = BlobLength.ofNode(length)
            let record = BlobLength.ofRecord(length)
            #expect(node >= length && record >= length)
            #expect(
                node <= 1_900
                    ? node - length < 64 && node % 64 == 0 : (node + 16) % 4_096 == 0 && node - length < 4_096
            )
            #expect(
                record == length
                    ? length <= 1_900 || (length + 16) % 4_096 == 0
                    : (record + 16) % 4_096 == 0 && record - length < 4_096)
            #expect(BlobLength.ofNode(node) == node && BlobLength.ofRecord(record) == record)
        }
    }
}
