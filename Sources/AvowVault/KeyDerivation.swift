import CSodium

/// How an unlock key is made from a passphrase: Argon2id (RFC 9106) with a salt and a cost.
public struct KeyDerivation: Equatable, Sendable {
    /// Bytes of salt.
    public static let saltLength = 16

    /// What one guess costs.
    public struct Cost: Equatable, Sendable {
        /// Passes over the memory.
        public var operations: UInt32
        /// Memory in KiB.
        public var memoryKiB: UInt32

        /// A cost of `operations` passes over `memoryKiB` KiB.
        public init(operations: UInt32, memoryKiB: UInt32) {
            self.operations = operations
            self.memoryKiB = memoryKiB
        }

        /// Three passes over 256 MiB, about 0.7 s: the default.
        ///
        /// A store is unlocked once a process, and its first threat is a stolen disk, on which guesses
        /// are made without asking anybody; so each guess should cost what its owner will just bear.
        public static let moderate = Cost(operations: 3, memoryKiB: 256 << 10)

        /// Two passes over 64 MiB, about 0.1 s: for devices with little memory.
        public static let interactive = Cost(operations: 2, memoryKiB: 64 << 10)
    }

    /// The largest costs that are paid for parameters read from a file, which anyone may have written.
    public struct Limits: Equatable, Sendable {
        /// The most passes.
        public var operations: UInt32
        /// The most memory in KiB.
        public var memoryKiB: UInt32

        /// Limits of `operations` passes and `memoryKiB` KiB.
        public init(operations: UInt32, memoryKiB: UInt32) {
            self.operations = operations
            self.memoryKiB = memoryKiB
        }

        /// Sixteen passes, 1 GiB.
        public static let standard = Limits(operations: 16, memoryKiB: 1 << 20)

        func check(_ cost: Cost) throws(VaultError) {
            // libsodium takes one pass and 8 KiB at least.
            guard cost.operations >= 1, cost.operations <= operations,
                cost.memoryKiB >= 8, cost.memoryKiB <= memoryKiB
            else { throw .derivationCostOutOfBounds(cost) }
        }
    }

    /// 16 random bytes, new for each key slot.
    let salt: [UInt8]
    let cost: Cost

    /// - Parameter salt: `saltLength` bytes.
    init(salt: [UInt8], cost: Cost) {
        self.salt = salt
        self.cost = cost
    }

    static func freshSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// - Throws: `VaultError.outOfMemory` when the memory of this cost cannot be had.
    func key(from passphrase: Passphrase) throws(VaultError) -> SecretKey {
        precondition(salt.count == KeyDerivation.saltLength)
        let memory = Int(cost.memoryKiB) << 10
        return try unsafe SecretKey { (destination) throws(VaultError) in
            // The destination takes 32 bytes, the salt has the 16 that Argon2id reads.
            let result = unsafe passphrase.bytes.withBytes { passphrase in
                unsafe passphrase.withMemoryRebound(to: CChar.self) { passphrase in
                    guard let start = passphrase.baseAddress else { return Int32(-1) }
                    return unsafe crypto_pwhash(
                        destination, UInt64(SecretKey.length), start, UInt64(passphrase.count), salt,
                        UInt64(cost.operations), memory, crypto_pwhash_ALG_ARGON2ID13)
                }
            }
            guard result == 0 else { throw .outOfMemory(bytes: memory) }
        }
    }
}
