import CSodium
import Synchronization

/// Memory for 32-byte secrets: guarded, locked where the system allows it, wiped when given back.
///
/// A guarded allocation of libsodium costs at least four pages, two of them inaccessible. A store
/// that holds the keys of ten thousand patients would pay 160 MB for them; so keys share slabs: one
/// guarded region with a slot of 32 bytes for each, 16 KiB of locked memory for 511 keys. A slot is
/// wiped the moment its key is released, a slab is returned once it is empty.
public final class SecretMemory: Sendable {
    /// The memory that keys use unless told otherwise.
    public static let shared = SecretMemory()

    /// Slots a slab. With libsodium's 16-byte canary this fills 16 KiB exactly.
    public static let slotsPerSlab = 511

    private struct State {
        /// Slabs with at least one free slot, the one to use next at the end. Full slabs are kept
        /// alive by the slots that stand in them.
        var slabsWithRoom: [SecretSlab] = []
        var slabs = 0
        var lockedSlabs = 0
        var slotsInUse = 0
    }

    private let state = Mutex(State())
    private let locksPages: Bool

    /// An empty region of its own.
    public convenience init() {
        self.init(locksPages: true)
    }

    /// - Parameter locksPages: False plays a system that refuses to lock pages.
    init(locksPages: Bool) {
        self.locksPages = locksPages
    }

    /// Whether the system keeps all of this memory out of swap.
    ///
    /// False when the limit on locked memory (`ulimit -l`) is reached. The memory is then guarded and
    /// wiped all the same, but could be written to swap.
    public var isLocked: Bool {
        state.withLock { $0.lockedSlabs == $0.slabs }
    }

    /// Secrets that are held now.
    public var secretCount: Int {
        state.withLock { $0.slotsInUse }
    }

    /// Bytes of guarded memory that are reserved now.
    public var reservedBytes: Int {
        state.withLock { $0.slabs } * SecretMemory.slotsPerSlab * SecretSlab.slotLength
    }

    /// A zeroed slot.
    func allocate() throws(VaultError) -> (slab: SecretSlab, index: Int) {
        let locksPages = locksPages
        let result: Result<(SecretSlab, Int), VaultError> = state.withLock { state in
            if state.slabsWithRoom.isEmpty {
                do throws(VaultError) {
                    let slab = try SecretSlab(slotCount: SecretMemory.slotsPerSlab, locksPages: locksPages)
                    state.slabsWithRoom.append(slab)
                    state.slabs += 1
                    state.lockedSlabs += slab.isLocked ? 1 : 0
                } catch {
                    return .failure(error)
                }
            }
            let slab = state.slabsWithRoom[state.slabsWithRoom.count - 1]
            let index = slab.freeSlots.removeLast()
            if slab.freeSlots.isEmpty { state.slabsWithRoom.removeLast() }
            state.slotsInUse += 1
            return .success((slab, Int(index)))
        }
        return try result.get()
    }

    /// Takes back a slot that was wiped.
    func release(_ index: Int, of slab: SecretSlab) {
        state.withLock { state in
            slab.freeSlots.append(UInt16(truncatingIfNeeded: index))
            state.slotsInUse -= 1
            if slab.freeSlots.count == 1 { state.slabsWithRoom.append(slab) }
            // One empty slab stays as a reserve, so that a key made and dropped in a loop does not
            // map and unmap pages.
            if slab.freeSlots.count == slab.slotCount, state.slabsWithRoom.count > 1,
                let position = state.slabsWithRoom.firstIndex(where: { $0 === slab })
            {
                state.slabsWithRoom.remove(at: position)
                state.slabs -= 1
                state.lockedSlabs -= slab.isLocked ? 1 : 0
            }
        }
    }
}

/// One guarded region cut into slots of 32 bytes.
///
/// Sendable: `base`, `slotCount` and `isLocked` never change; `freeSlots` is touched under the lock of
/// the `SecretMemory` that made the slab; a slot's bytes belong to the one `SecretSlot` that holds it.
@safe final class SecretSlab: @unchecked Sendable {
    static let slotLength = 32

    private let base: UnsafeMutableRawPointer
    let slotCount: Int
    let isLocked: Bool
    /// Free slots; the last one is handed out next.
    var freeSlots: [UInt16]

    init(slotCount: Int, locksPages: Bool) throws(VaultError) {
        guard Sodium.isReady else { throw .cryptographyUnavailable }
        let length = slotCount * SecretSlab.slotLength
        guard let base = unsafe sodium_malloc(length) else { throw .outOfMemory(bytes: length) }
        // sodium_malloc tries to lock the pages but does not say whether it could; locking again is
        // harmless and tells.
        isLocked = unsafe locksPages && sodium_mlock(base, length) == 0
        // The region was allocated with `length` bytes.
        unsafe sodium_memzero(base, length)
        unsafe self.base = unsafe base
        self.slotCount = slotCount
        freeSlots = (0..<UInt16(slotCount)).reversed()
    }

    deinit {
        // The last reference is gone, and slots hold one each: nobody can reach the region. sodium_free
        // wipes it, and ends the process if something wrote across its border.
        unsafe sodium_free(base)
    }

    /// Where a slot's 32 bytes begin; valid while the slab is referenced.
    @unsafe func slot(_ index: Int) -> UnsafeMutablePointer<UInt8> {
        precondition(index >= 0 && index < slotCount)
        // Within the region by the line above.
        return unsafe base.advanced(by: index * SecretSlab.slotLength).assumingMemoryBound(to: UInt8.self)
    }
}

/// Sole owner of one slot: written once while it is made, read afterwards, wiped when released.
///
/// Sendable: the bytes do not change between the end of `init` and `deinit`.
@safe final class SecretSlot: @unchecked Sendable {
    private let memory: SecretMemory
    private let slab: SecretSlab
    private let index: Int
    private let start: UnsafeMutablePointer<UInt8>

    /// - Parameter body: Fills the 32 bytes, which are zero at first.
    init(
        in memory: SecretMemory, filling body: (UnsafeMutablePointer<UInt8>) throws(VaultError) -> Void
    ) throws(VaultError) {
        let (slab, index) = try memory.allocate()
        self.memory = memory
        self.slab = slab
        self.index = index
        unsafe start = unsafe slab.slot(index)
        // Nobody else knows this slot yet. Should the body throw, deinit gives the slot back.
        try unsafe body(start)
    }

    deinit {
        // No reference is left, so nobody reads while the slot is wiped.
        unsafe sodium_memzero(start, SecretSlab.slotLength)
        memory.release(index, of: slab)
    }

    /// The 32 bytes; the pointer is valid only within `body`.
    @unsafe func withBytes<Value, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(UnsafePointer(start))
    }
}

/// Secret bytes of any length in a guarded allocation of their own: passphrases, blobs of keys.
///
/// Sendable: written while made, only read afterwards.
@safe final class SecretBytes: @unchecked Sendable {
    private let start: UnsafeMutablePointer<UInt8>
    let count: Int

    /// - Parameter body: Fills `count` zeroed bytes.
    init(count: Int, filling body: (UnsafeMutablePointer<UInt8>) throws(VaultError) -> Void)
        throws(VaultError)
    {
        guard Sodium.isReady else { throw .cryptographyUnavailable }
        // A length of zero would leave no byte to point at.
        guard let region = unsafe sodium_malloc(max(count, 1)) else { throw .outOfMemory(bytes: count) }
        unsafe sodium_memzero(region, max(count, 1))
        unsafe start = unsafe region.assumingMemoryBound(to: UInt8.self)
        self.count = count
        try unsafe body(start)
    }

    deinit {
        // sodium_free wipes before it unmaps.
        unsafe sodium_free(start)
    }

    /// The bytes; the buffer is valid only within `body`.
    @unsafe func withBytes<Value, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(UnsafeBufferPointer(start: start, count: count))
    }
}
