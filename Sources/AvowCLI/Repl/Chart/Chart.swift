/// A picture of some rows: what is drawn, in the values' own measure. How large it becomes is up to whoever draws it.
struct Chart: Equatable {
    /// What is drawn.
    enum Content: Equatable {
        /// How many values lie in each of some intervals, which follow each other.
        case histogram(bins: [Bin], axis: Axis)
        /// Points in the order of x, joined by lines.
        case line(points: [Point], x: Axis, y: Axis)
        /// A bar for each label.
        case bar(bars: [Bar], axis: Axis)
        /// There is nothing to draw.
        case empty
    }

    /// An interval and how many values lie in it: at its lower bound or above, and below its upper bound.
    struct Bin: Equatable {
        let lower: Double
        let upper: Double
        let count: Int
    }

    struct Point: Equatable {
        let x: Double
        let y: Double
    }

    struct Bar: Equatable {
        let label: String
        let value: Double
        /// The value with its own digits.
        let text: String
    }

    /// What the picture shows, in a few words.
    let title: String
    /// What the axes are.
    let xName: String
    let yName: String
    let content: Content
    /// What is not drawn, and why.
    let remarks: [String]
}

/// A scale from one value to another, with marks at round values.
struct Axis: Equatable {
    /// A round value and how it is written.
    struct Tick: Equatable {
        let value: Double
        let text: String
    }

    let lower: Double
    let upper: Double
    let ticks: [Tick]
    /// Whether values are times, in seconds since 1970-01-01T00:00:00Z.
    var isTime = false

    /// Where a value lies: 0 at the lower end, 1 at the upper.
    func fraction(of value: Double) -> Double {
        let span = upper - lower
        return span > 0 ? min(1, max(0, (value - lower) / span)) : 0.5
    }

    /// A scale of numbers that holds `lower` and `upper`, widened to round values.
    ///
    /// - Parameter count: about how many intervals there should be between ticks.
    static func numbers(from lower: Double, to upper: Double, about count: Int) -> Axis {
        var lower = lower
        var upper = upper
        // One value alone stands in the middle of a scale around it.
        if !(upper - lower > max(abs(lower), abs(upper)) * 1e-12) {
            let margin = lower == 0 ? 1 : abs(lower) / 2
            lower -= margin
            upper += margin
        }
        let step = roundStep(above: (upper - lower) / Double(max(1, count)))
        let first = (lower / step).rounded(.down)
        let last = max(first + 1, (upper / step - 1e-9).rounded(.up))
        // By counting, not by adding, so that no error adds up.
        let steps = Int(min(1_000, last - first))
        let ticks = (0...steps).map { index in
            let value = (first + Double(index)) * step
            return Tick(value: value, text: NumberText.text(value, step: step))
        }
        return Axis(lower: first * step, upper: last * step, ticks: ticks)
    }

    /// The least of 1, 2 and 5 times a power of ten that is not below a value.
    static func roundStep(above value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = NumberText.powerOfTen(NumberText.exponent(of: value))
        for factor in [1.0, 2, 5] where factor * power >= value * (1 - 1e-9) { return factor * power }
        return 10 * power
    }
}

/// Numbers as charts write them.
enum NumberText {
    /// The exponent of the first digit: 2 for 345.
    static func exponent(of value: Double) -> Int {
        guard value != 0, value.isFinite else { return 0 }
        var exponent = 0
        var rest = value.magnitude
        while rest >= 10 {
            rest /= 10
            exponent += 1
        }
        while rest < 1 {
            rest *= 10
            exponent -= 1
        }
        return exponent
    }

    static func powerOfTen(_ exponent: Int) -> Double {
        // Read as a literal is, which gives the nearest value; multiplying would not.
        Double("1e\(exponent)") ?? 1
    }

    /// A multiple of a step with the decimals that the step needs: `0.25`, `12,000`, `3e9`.
    static func text(_ value: Double, step: Double) -> String {
        if value == 0 { return "0" }
        let largest = exponent(of: value)
        let decimals = max(0, -exponent(of: step))
        if largest >= 7 || decimals > 6 {
            let scaled = value / powerOfTen(largest)
            let digits = max(0, largest - exponent(of: step))
            return fixed(scaled, min(digits, 6)) + "e\(largest)"
        }
        return grouped(fixed(value, decimals))
    }

    /// A value in few digits: integers as they are, others with four.
    static func short(_ value: Double) -> String {
        if value == 0 { return "0" }
        let largest = exponent(of: value)
        if largest >= 12 || largest < -4 { return trimmed(fixed(value / powerOfTen(largest), 3)) + "e\(largest)" }
        return grouped(trimmed(fixed(value, value == value.rounded() ? 0 : max(0, 3 - largest))))
    }

    /// With so many digits behind the point, rounded.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let factor = powerOfTen(decimals)
        let scaled = (value.magnitude * factor).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let whole = Int(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// Without zeros at the end of a fraction.
    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// With commas between groups of three digits, from five digits on.
    private static func grouped(_ text: String) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
        guard let whole = parts.first, whole.count > 4, let value = Int(whole) else { return text }
        return sign + HumanFormat.count(value) + (parts.count > 1 ? "." + parts[1] : "")
    }
}
