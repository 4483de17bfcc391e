internal import Foundation

/// The machine.
enum ProcessorCount {
    /// How many cores this process may use.
    static var active: Int { ProcessInfo.processInfo.activeProcessorCount }
}
