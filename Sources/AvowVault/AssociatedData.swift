internal import AvowProof

/// Up to 64 bytes on the stack: what a sealed blob is bound to besides its key.
struct AssociatedData {
    static let capacity = 64

    private var storage: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    private(set) var count = 0

    /// Begins with the store's id, as all associated data does.
    init(_ storeID: StoreID) {
        append(storeID.high)
        append(storeID.low)
    }

    /// Eight bytes, big-endian.
    mutating func append(_ value: UInt64) {
        precondition(count + 8 <= AssociatedData.capacity)
        // Within the storage by the line above.
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt64.self)
        }
        count += 8
    }

    /// The 32 bytes of a digest.
    mutating func append(_ digest: Digest) {
        append(digest.words.0)
        append(digest.words.1)
        append(digest.words.2)
        append(digest.words.3)
    }

    mutating func append(_ byte: UInt8) {
        precondition(count < AssociatedData.capacity)
        // Within the storage by the line above.
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0[count] = byte }
        count += 1
    }

    @unsafe func withBytes<Value, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // `count` never exceeds the storage; bytes may be read as UInt8 whatever they are part of.
        try unsafe withUnsafeBytes(of: storage) { (storage) throws(Failure) in
            try unsafe body(
                UnsafeBufferPointer(rebasing: storage.assumingMemoryBound(to: UInt8.self)[..<count]))
        }
    }
}
