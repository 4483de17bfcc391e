/// Writes charts as SVG 1.1: one element a line, readable by hand, in light and in dark.
enum SVGChart {
    private static let width = 760.0
    private static let plotHeight = 300.0
    private static let right = 736.0
    private static let top = 48.0
    private static let barPitch = 26.0
    /// With more points than these, points are not marked one by one.
    private static let mostMarks = 80

    /// The picture as a file.
    static func text(_ chart: Chart) -> String {
        var drawing = Drawing()
        var height = top + plotHeight + 56
        switch chart.content {
        case .histogram(let bins, let axis): histogram(bins, axis, chart, &drawing)
        case .line(let points, let x, let y): line(points, x, y, chart, &drawing)
        case .bar(let bars, let axis):
            height = top + Double(bars.count) * barPitch + 56
            self.bars(bars, axis, chart, &drawing)
        case .empty: height = 80
        }
        for (index, remark) in chart.remarks.enumerated() {
            drawing.text(remark, 24, height + Double(index) * 16, "remark", anchor: "start")
        }
        height += Double(chart.remarks.count) * 16 + (chart.remarks.isEmpty ? 0 : 4)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" role="img">
              <title>\(escaped(chart.title))</title>
              <style>
                svg { background: #ffffff; color: #1f2328; font: 12px system-ui, -apple-system, Helvetica, Arial, sans-serif }
                text { fill: currentColor }
                .title { font-size: 15px; font-weight: 600 }
                .axis, .remark { fill: #59636e }
                .scale { stroke: #59636e; fill: none }
                .grid { stroke: #59636e; stroke-opacity: 0.2; fill: none }
                .value { fill: #2f6fb3 }
                .curve { stroke: #2f6fb3; stroke-width: 1.75; stroke-linejoin: round; fill: none }
                @media (prefers-color-scheme: dark) {
                  svg { background: #0d1117; color: #e6edf3 }
                  .axis, .remark { fill: #9198a1 }
                  .scale, .grid { stroke: #9198a1 }
                  .value { fill: #6cb0f5 }
                  .curve { stroke: #6cb0f5 }
                }
              </style>
              <text class="title" x="24" y="28">\(escaped(chart.title))</text>
            \(drawing.lines.map { "  " + $0 }.joined(separator: "\n"))
            </svg>

            """
    }

    // MARK: Plots

    private static func histogram(_ bins: [Chart.Bin], _ axis: Axis, _ chart: Chart, _ drawing: inout Drawing) {
        let most = bins.map(\.count).max() ?? 0
        let y = Axis.numbers(from: 0, to: Double(max(1, most)), about: 5)
        let left = frame(axis, y, chart, &drawing)
        let pitch = (right - left) / Double(max(1, bins.count))
        for bin in bins where bin.count > 0 {
            let start = left + axis.fraction(of: bin.lower) * (right - left)
            let end = left + axis.fraction(of: bin.upper) * (right - left)
            let height = y.fraction(of: Double(bin.count)) * plotHeight
            let gap = min(1, pitch / 8)
            let range = "\(NumberText.short(bin.lower)) to \(NumberText.short(bin.upper))"
            let note = axis.isTime ? String(bin.count) : "\(range): \(bin.count)"
            drawing.rectangle(
                start + gap, top + plotHeight - height, max(0.5, end - start - 2 * gap), height, note: note)
        }
    }

    private static func line(
        _ points: [Chart.Point], _ x: Axis, _ y: Axis, _ chart: Chart, _ drawing: inout Drawing
    ) {
        let left = frame(x, y, chart, &drawing)
        let places = points.map { point in
            (
                x: left + x.fraction(of: point.x) * (right - left),
                y: top + plotHeight - y.fraction(of: point.y) * plotHeight, value: point.y
            )
        }
        let path = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        drawing.lines.append("<polyline class=\"curve\" points=\"\(path)\"/>")
        guard places.count <= mostMarks else { return }
        for place in places {
            drawing.lines.append(
                "<circle class=\"value\" cx=\"\(number(place.x))\" cy=\"\(number(place.y))\" r=\"3\">"
                    + "<title>\(escaped(NumberText.short(place.value)))</title></circle>")
        }
    }

    /// Draws both scales and gives where the plot begins.
    private static func frame(_ x: Axis, _ y: Axis, _ chart: Chart, _ drawing: inout Drawing) -> Double {
        let left = 40 + 7 * Double(y.ticks.map { DisplayText.width(of: $0.text) }.max() ?? 0)
        let bottom = top + plotHeight
        for tick in y.ticks {
            let place = bottom - y.fraction(of: tick.value) * plotHeight
            drawing.line(left, place, right, place, "grid")
            drawing.text(tick.text, left - 8, place + 4, "axis", anchor: "end")
        }
        drawing.line(left, bottom, right, bottom, "scale")
        var free = 0.0
        for tick in x.ticks {
            let place = left + x.fraction(of: tick.value) * (right - left)
            let half = 3.5 * Double(DisplayText.width(of: tick.text))
            guard place - half >= free else { continue }
            free = place + half + 8
            drawing.line(place, bottom, place, bottom + 5, "scale")
            drawing.text(tick.text, place, bottom + 20, "axis", anchor: "middle")
        }
        drawing.text(chart.xName, (left + right) / 2, bottom + 40, "axis", anchor: "middle")
        drawing.text(chart.yName, 24, top - 6, "axis", anchor: "start")
        return left
    }

    // MARK: Bars

    private static func bars(_ bars: [Chart.Bar], _ axis: Axis, _ chart: Chart, _ drawing: inout Drawing) {
        let widest = Double(bars.map { DisplayText.width(of: $0.label) }.max() ?? 0)
        let left = 32 + min(300, 7 * widest)
        let end = right - 7 * Double(bars.map { DisplayText.width(of: $0.text) }.max() ?? 0) - 8
        let bottom = top + Double(bars.count) * barPitch
        for tick in axis.ticks {
            let place = left + axis.fraction(of: tick.value) * (end - left)
            drawing.line(place, top, place, bottom, "grid")
            drawing.text(tick.text, place, bottom + 18, "axis", anchor: "middle")
        }
        let zero = left + axis.fraction(of: 0) * (end - left)
        for (index, bar) in bars.enumerated() {
            let place = left + axis.fraction(of: bar.value) * (end - left)
            let y = top + Double(index) * barPitch + 4
            drawing.text(DisplayText.truncated(bar.label, to: 42), left - 8, y + 13, "axis", anchor: "end")
            drawing.rectangle(
                min(zero, place), y, max(0.5, abs(place - zero)), barPitch - 8, note: "\(bar.label): \(bar.text)")
            drawing.text(bar.text, max(zero, place) + 6, y + 13, "", anchor: "start")
        }
        drawing.line(zero, top, zero, bottom, "scale")
        drawing.text(chart.yName, (left + end) / 2, bottom + 38, "axis", anchor: "middle")
    }

    // MARK: Elements

    private struct Drawing {
        var lines: [String] = []

        mutating func text(_ text: String, _ x: Double, _ y: Double, _ name: String, anchor: String) {
            guard !text.isEmpty else { return }
            let name = name.isEmpty ? "" : "class=\"\(name)\" "
            lines.append(
                "<text \(name)x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>")
        }

        mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String) {
            lines.append(
                "<line class=\"\(name)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
            )
        }

        mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, note: String) {
            lines.append(
                "<rect class=\"value\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" "
                    + "height=\"\(number(height))\"><title>\(escaped(note))</title></rect>")
        }
    }

    /// A coordinate, to a tenth.
    private static func number(_ value: Double) -> String {
        let text = NumberText.fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Text as XML takes it: what it does not allow is shown as a sign.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in DisplayText.sanitized(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
