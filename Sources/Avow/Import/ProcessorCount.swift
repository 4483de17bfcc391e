internal import Foundation

/// The machine.
enum ProcessorCount {
    /// How many cores this process may use. Asked once, since it is read from a file.
    static let active = ProcessInfo.processInfo.activeProcessorCount
}
