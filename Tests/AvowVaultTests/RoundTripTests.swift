import Testing

@testable import AvowVault

@Suite struct `Round trips` {
    @Test func `a record opens to the JSON that was sealed`() throws {
        let sealer = try RecordSealer(storeID: .random())
        let key = try SecretKey.random()
        let json = Array(#"{"resourceType":"Patient","id":"example"}"#.utf8)
        let sealed = try sealer.seal(json: json.span, key: key, pseudonym: 7)
        let opened = try sealer.open(sealed.bytes.span, key: key, pseudonym: 7)
        #expect(opened.json == json)
        #expect(opened.saltSeed == sealed.saltSeed)
    }

    @Test func `a node opens to the bytes that were sealed, at every length`() throws {
        let sealer = try NodeSealer(storeKey: .random(), storeID: .random())
        for length in Array(0...300) + Array(1_780...1_900) + Array(4_000...4_200) + [100_000] {
            let node = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = sealer.seal(node.span, nodeID: 5)
            #expect(
                sealed.count <= 1_900 && sealed.count.isMultiple(of: 64)
                    || (sealed.count + 16).isMultiple(of: 4_096))
            #expect(try sealer.open(sealed.span, nodeID: 5) == node)
        }
    }

    @Test func `store secrets open under their master key`() throws {
        let masterKey = try SecretKey.random()
        let storeID = StoreID.random()
        let secrets = try StoreSecrets.random()
        let sealed = try secrets.sealed(masterKey: masterKey, storeID: storeID)
        #expect(try StoreSecrets(opening: sealed.span, masterKey: masterKey, storeID: storeID) == secrets)
    }
}
