import Foundation

/// How much memory this process has asked for, as `Peers/allocations.c` counts it.
///
/// `Benchmarks/run allocations` loads that library before all others; without it nothing is counted.
public struct Allocations {
    /// Calls of malloc and what is like it.
    public let calls: UInt64
    /// The bytes that they asked for.
    public let bytes: UInt64

    private typealias Counter = @convention(c) (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Void

    private static let counter: Counter? = {
        guard let process = dlopen(nil, RTLD_NOW), let found = dlsym(process, "avow_benchmark_allocations") else {
            return nil
        }
        return unsafeBitCast(found, to: Counter.self)
    }()

    /// Whether anything is counted.
    public static var areCounted: Bool { counter != nil }

    /// What was asked for so far, by all threads.
    public static var now: Allocations {
        var calls: UInt64 = 0
        var bytes: UInt64 = 0
        counter?(&calls, &bytes)
        return Allocations(calls: calls, bytes: bytes)
    }
}
