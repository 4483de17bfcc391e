import Foundation

/// Writes the figures of a run, one JSON object a line, as every side of the benchmark does.
public enum Figures {
    /// Writes a figure.
    ///
    /// - Parameters:
    ///   - name: what was measured, such as `import.rate`; sides that measure the same use the same name.
    ///   - unit: of the value, as people read it.
    public static func write(_ name: String, _ value: Double, _ unit: String) {
        print("{\"name\": \"\(name)\", \"value\": \(value), \"unit\": \"\(unit)\"}")
        fflush(nil)
    }

    /// Writes what sides have to agree on, so that it shows when they did not do the same.
    public static func check(_ name: String, _ value: UInt64) {
        print("{\"check\": \"\(name)\", \"value\": \(value)}")
    }

    /// Writes that something was not measured, and why.
    public static func skip(_ name: String, because reason: String) {
        let plain = reason.map { $0 == "\"" || $0 == "\\" ? "'" : $0.isNewline ? " " : String($0) }.joined()
        print("{\"skipped\": \"\(name)\", \"reason\": \"\(plain)\"}")
    }
}
