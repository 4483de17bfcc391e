public import AvowProof

/// Seals tree nodes under a key derived from the store's.
///
/// `blob = XChaCha20-Poly1305(node key, node ‖ 0x80 ‖ zeros, associated data: store id ‖ node id ‖ hash)`,
/// where the zeros bring the blob to the length that `BlobLength.ofNode` gives, and the hash is the node's in the tree.
/// So a node opens only for a reader who expects this very node, and need not be hashed for that: not even a node of
/// the same id, from a copy of the store that went another way, can take its place.
public struct NodeSealer: Sendable {
    private let key: SecretKey
    private let storeID: StoreID

    /// The sealer of one store's nodes.
    public init(storeKey: SecretKey, storeID: StoreID) throws(VaultError) {
        key = try storeKey.derive(context: KeyContext.nodes)
        self.storeID = storeID
    }

    /// Seals a node, which is copied.
    public func seal(_ node: Span<UInt8>, nodeID: UInt64, hash: Digest) -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(NodeSealer.sealedByteCount(node.count))
        buffer.append(contentsOf: repeatElement(0, count: NodeSealer.start))
        buffer.append(contentsOf: node)
        var nonces = Nonces(count: 1)
        seal(&buffer, nodeID: nodeID, hash: hash, &nonces)
        return buffer
    }

    /// Where the encoding of a node stands in the buffer that is given to ``seal(_:nodeID:hash:_:)``.
    public static let start = AEAD.nonceLength

    /// The most that sealing adds to an encoding of so many bytes, with what stands before it.
    public static func sealedByteCount(_ byteCount: Int) -> Int {
        BlobLength.ofNode(byteCount + 1 + AEAD.overhead)
    }

    /// Seals a node where it stands.
    ///
    /// - Parameters:
    ///   - buffer: ``start`` bytes of any value, and the node's encoding; then the sealed node. It takes no allocation when
    ///     it has the capacity.
    ///   - nodeID: The id under which the blob will stand.
    ///   - hash: The node's hash in the tree.
    ///   - nonces: What the next nonce is taken from.
    public func seal(_ buffer: inout [UInt8], nodeID: UInt64, hash: Digest, _ nonces: inout Nonces) {
        let length = NodeSealer.sealedByteCount(buffer.count - NodeSealer.start)
        buffer.append(0x80)
        buffer.append(contentsOf: repeatElement(0, count: length - buffer.count))
        nonces.write(to: &buffer)
        // Nonce, padded node and tag have the length of the buffer.
        unsafe buffer.withUnsafeMutableBufferPointer { output in
            let plaintext = unsafe UnsafeBufferPointer(
                rebasing: output[AEAD.nonceLength..<(length - AEAD.tagLength)])
            unsafe associatedData(nodeID, hash).withBytes { associatedData in
                unsafe AEAD.sealBehindNonce(plaintext, into: output, key: key, associatedData: associatedData)
            }
        }
    }

    /// Opens a node. Takes one allocation.
    ///
    /// - Returns: The node's encoding.
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this id, hash and store,
    ///   `VaultError.malformed` if the padding is not what `seal` writes.
    public func open(_ sealed: Span<UInt8>, nodeID: UInt64, hash: Digest) throws(VaultError) -> [UInt8] {
        guard sealed.count >= AEAD.overhead else { throw .notAuthentic(.node) }
        let length = sealed.count - AEAD.overhead
        var isAuthentic = false
        // On success all of the capacity is written; on failure the array stays empty.
        var node = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            isAuthentic = unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe associatedData(nodeID, hash).withBytes { associatedData in
                    unsafe AEAD.open(
                        sealed, into: UnsafeMutableBufferPointer(rebasing: output[..<length]), key: key,
                        associatedData: associatedData)
                }
            }
            count = isAuthentic ? length : 0
        }
        guard isAuthentic else { throw .notAuthentic(.node) }
        let end = NodeSealer.lastNonzero(node.span)
        guard end >= 0, node[end] == 0x80,
            BlobLength.ofNode(end + 1 + AEAD.overhead) == sealed.count
        else { throw .malformed(.node, offset: node.count, expected: "padding of 0x80 and zeros") }
        node.removeLast(node.count - end)
        return node
    }

    /// The index of the last byte that is not zero; -1 when there is none. The padding of a large node has some thousand
    /// bytes, so eight are looked at together.
    private static func lastNonzero(_ bytes: Span<UInt8>) -> Int {
        var end = bytes.count
        // Each load ends within the bytes.
        unsafe bytes.withUnsafeBytes { bytes in
            while end >= 8, unsafe bytes.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
        }
        while end > 0, bytes[end - 1] == 0 { end -= 1 }
        return end - 1
    }

    private func associatedData(_ nodeID: UInt64, _ hash: Digest) -> AssociatedData {
        var data = AssociatedData(storeID)
        data.append(nodeID)
        data.append(hash)
        return data
    }
}

extension NodeSealer: Redacted {}
