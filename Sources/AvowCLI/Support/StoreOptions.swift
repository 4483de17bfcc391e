import ArgumentParser
import Avow
import AvowStorage
import AvowVault
import Foundation

/// Which store, and what opens it.
struct StoreOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The store's directory.", valueName: "store"))
    var path: String

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp("The key file that the store opens with, instead of a passphrase.", valueName: "file"))
    var keyFile: String?

    /// Opens the store.
    func open() throws(CommandFailure) -> Store { try StoreAccess(path: path, keyFile: keyFile).open() }

    /// What opens the store that exists at the path.
    func secret() throws(CommandFailure) -> UnlockSecret { try StoreAccess(path: path, keyFile: keyFile).secret() }
}

/// A store that exists, and what opens it.
struct StoreAccess {
    let path: String
    /// The key file that was named, if any.
    let keyFile: String?

    /// Opens the store.
    func open() throws(CommandFailure) -> Store {
        let secret = try secret()
        return try attempt(on: path) { () throws(StoreError) in try Store.open(at: path, unlock: secret) }
    }

    /// What opens the store that exists at the path. The store is asked first, so that nobody types a passphrase for
    /// a store that is none.
    func secret() throws(CommandFailure) -> UnlockSecret {
        switch (try kind(), keyFile) {
        case (.keyFile, nil):
            throw CommandFailure("\(path) opens with a key file: name it with --key-file", status: .usage)
        case (.passphrase, .some):
            throw CommandFailure("\(path) opens with a passphrase, not with a key file", status: .usage)
        case (.keyFile, .some(let file)): return try Unlocking.keyFile(file)
        case (.passphrase, nil): return try Unlocking.passphrase("Passphrase for \(path)", isNew: false)
        }
    }

    /// What opens the store. A damaged one may not tell; then it is what the command line says, so that the store can
    /// be checked nevertheless.
    private func kind() throws(CommandFailure) -> UnlockSecret.Kind {
        do throws(StoreError) {
            return try Store.unlockKind(at: path)
        } catch {
            switch error {
            case .damaged: break
            case .storage(let cause) where cause.code == .damaged: break
            default: throw CommandFailure(error, store: path)
            }
            return keyFile == nil ? .passphrase : .keyFile
        }
    }
}

/// Gets the secrets that stores open with.
enum Unlocking {
    /// The key in a file.
    static func keyFile(_ path: String) throws(CommandFailure) -> UnlockSecret {
        try vault { () throws(VaultError) in .keyFile(try KeyFile.read(at: path)) }
    }

    /// A new key, written to a file that must not exist yet.
    static func newKeyFile(_ path: String) throws(CommandFailure) -> UnlockSecret {
        try vault { () throws(VaultError) in .keyFile(try KeyFile.generate(at: path)) }
    }

    /// The passphrase from the environment or the terminal.
    ///
    /// - Parameters:
    ///   - prompt: what to ask, without the colon.
    ///   - isNew: whether it is being chosen, so that it is asked for twice.
    static func passphrase(_ prompt: String, isNew: Bool) throws(CommandFailure) -> UnlockSecret {
        var bytes: [UInt8]
        do throws(PassphraseError) {
            bytes = try PassphraseReader(environment: Console.current.environment)
                .read(prompt: DisplayText.sanitized(prompt), isNew: isNew)
        } catch {
            throw CommandFailure("\(error)")
        }
        defer { wipe(&bytes) }
        return try vault { () throws(VaultError) in .passphrase(try normalized(bytes)) }
    }

    /// An é typed as one code point or as two opens the same store. ASCII, which has only one form, takes the way
    /// that leaves no copy behind.
    private static func normalized(_ bytes: [UInt8]) throws(VaultError) -> Passphrase {
        if bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) {
            return try Passphrase(text)
        }
        return try Passphrase(utf8: bytes.span)
    }

    private static func vault<Result>(
        _ body: () throws(VaultError) -> Result
    ) throws(CommandFailure) -> Result {
        do throws(VaultError) {
            return try body()
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// Overwrites the bytes in a way that no optimizer leaves out.
    private static func wipe(_ bytes: inout [UInt8]) {
        // The buffer is the array's own, and exactly its bytes are overwritten.
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            #if canImport(Darwin)
                _ = unsafe memset_s(start, buffer.count, 0, buffer.count)
            #else
                unsafe explicit_bzero(start, buffer.count)
            #endif
        }
    }
}
