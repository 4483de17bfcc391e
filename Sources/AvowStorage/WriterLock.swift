internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The right to write, one thread of one process at a time: `flock` on the file `writer.lock`.
///
/// LMDB has a writer's mutex of its own, which waits without end and does not tell who holds it. This lock is
/// taken around it. The kernel releases it when its holder dies in whatever way, so none is ever stale.
///
/// The file always has 11 bytes: the holder's process id, right-aligned in ten columns, and a newline; zero when
/// nobody holds it. It has that size from the start, so that writing it needs no room on a full disk.
final class WriterLock: Sendable {
    private static let recordSize = 11

    private let descriptor: FileDescriptor
    private let path: String
    /// `flock` treats all threads that share a descriptor as one holder, so threads are told apart here.
    private let isHeld = Mutex(false)

    init(path: String, creating: Bool, operation: StorageError.Operation) throws(StorageError) {
        self.path = path
        descriptor = try FileDescriptor(
            opening: path, creating ? .createOrOpen : .readWrite, for: operation)
        if creating {
            try descriptor.write(WriterLock.record(of: 0), at: 0, for: operation)
        }
    }

    /// Waits at most `patience`, then throws `.writerBusy`.
    func acquire(
        patience: Duration, for operation: StorageError.Operation
    ) throws(StorageError) {
        var waiting = Waiting(patience: patience)
        while true {
            let isFree = isHeld.withLock { isHeld in
                guard !isHeld else { return false }
                isHeld = true
                return true
            }
            if isFree {
                do {
                    if try descriptor.lock(.exclusive, for: operation) { break }
                } catch {
                    isHeld.withLock { isHeld in isHeld = false }
                    throw error
                }
                isHeld.withLock { isHeld in isHeld = false }
            }
            guard waiting.sleep() else {
                throw StorageError(.writerBusy(holder: isFree ? holder : getpid()), operation, at: .path(path))
            }
        }
        // The record is a courtesy to who waits: a disk that cannot take it must not stop the writer.
        try? descriptor.write(WriterLock.record(of: getpid()), at: 0, for: operation)
    }

    func release() {
        try? descriptor.write(WriterLock.record(of: 0), at: 0, for: .commit)
        descriptor.unlock()
        isHeld.withLock { isHeld in isHeld = false }
    }

    /// The process id in the file, or nil when none is written there.
    private var holder: Int32? {
        var bytes = [UInt8](repeating: 0, count: WriterLock.recordSize)
        guard let count = try? descriptor.read(into: &bytes, at: 0, for: .begin), count == bytes.count else {
            return nil
        }
        let digits = bytes.drop { byte in byte == UInt8(ascii: " ") }.dropLast()
        guard let number = Int32(String(decoding: digits, as: UTF8.self)), number > 0 else { return nil }
        return number
    }

    private static func record(of process: Int32) -> [UInt8] {
        let digits = Array(String(process).utf8)
        let columns = [UInt8](repeating: UInt8(ascii: " "), count: max(0, recordSize - 1 - digits.count))
        return columns + digits + [UInt8(ascii: "\n")]
    }
}
