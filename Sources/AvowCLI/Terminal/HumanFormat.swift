/// Figures the way people read them.
enum HumanFormat {
    /// `0 B`, `999 B`, `1.5 kB`, `12 MB`: powers of 1000, two significant digits below ten.
    static func bytes(_ count: Int) -> String {
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(count.magnitude)
        guard value >= 1_000 else { return "\(count) B" }
        var unit = -1
        // 999.5 would be printed as 1000, so that is where the next unit begins.
        while value >= 999.5 || unit < 0 {
            value /= 1_000
            unit += 1
        }
        let sign = count < 0 ? "-" : ""
        return value < 9.95
            ? "\(sign)\(tenths(value)) \(units[unit])" : "\(sign)\(Int(value.rounded())) \(units[unit])"
    }

    /// Digits in groups of three: `1,234,567`.
    static func count(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var result = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// A count and what is counted: `1 patient`, `2 patients`.
    static func count(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(HumanFormat.count(count)) \(count == 1 ? singular : plural ?? singular + "s")"
    }

    /// `850 µs`, `12 ms`, `1.5 s`, `2 min 05 s`, `3 h 20 min`.
    static func duration(_ duration: Duration) -> String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let magnitude = seconds.magnitude
        let sign = seconds < 0 ? "-" : ""
        switch magnitude {
        case ..<0.0009995: return "\(sign)\(Int((magnitude * 1e6).rounded())) µs"
        case ..<0.00995: return "\(sign)\(tenths(magnitude * 1e3)) ms"
        case ..<0.9995: return "\(sign)\(Int((magnitude * 1e3).rounded())) ms"
        case ..<9.95: return "\(sign)\(tenths(magnitude)) s"
        case ..<59.5: return "\(sign)\(Int(magnitude.rounded())) s"
        default:
            let whole = magnitude < 9e15 ? Int(magnitude.rounded()) : Int.max
            if whole < 3_600 { return "\(sign)\(whole / 60) min \(twoDigits(whole % 60)) s" }
            return "\(sign)\(count(whole / 3_600)) h \(twoDigits(whole / 60 % 60)) min"
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}
