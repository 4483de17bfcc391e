/// Draws charts with the characters of a terminal. Colour adds nothing that is not there without.
struct TerminalChart {
    /// Columns that the drawing may have, 20 or more.
    let width: Int
    let style: Style

    private static let plotRows = 12
    /// Below this many columns a chart says nothing.
    private static let leastWidth = 20

    init(width: Int, style: Style) {
        self.width = max(TerminalChart.leastWidth, width)
        self.style = style
    }

    /// The lines of a chart.
    func lines(_ chart: Chart) -> [String] {
        var lines = [style(DisplayText.truncated(chart.title, to: width), .bold)]
        switch chart.content {
        case .histogram(let bins, let axis): lines += histogram(bins, axis)
        case .line(let points, let x, let y): lines += line(points, x, y)
        case .bar(let bars, let axis): lines += barRows(bars, axis)
        case .empty: break
        }
        return lines + chart.remarks.map { style(DisplayText.truncated($0, to: width), .dim) }
    }

    // MARK: Histograms and lines

    private func histogram(_ bins: [Chart.Bin], _ axis: Axis) -> [String] {
        let most = bins.map(\.count).max() ?? 0
        let y = Axis.numbers(from: 0, to: Double(max(1, most)), about: 4).withoutFractions
        let (labels, labelWidth) = yLabels(y)
        let room = width - labelWidth - 2
        // Each bin has the same columns, so that equal counts look equal; or, when there is no room for that, one
        // column stands for several bins, and for the fullest of them.
        let columnsOfBin = max(1, room / bins.count)
        let binsOfColumn = max(1, (bins.count + room - 1) / room)
        var heights: [Double] = []
        for start in stride(from: 0, to: bins.count, by: binsOfColumn) {
            let count = bins[start..<min(bins.count, start + binsOfColumn)].map(\.count).max() ?? 0
            heights += [Double](repeating: y.fraction(of: Double(count)), count: min(columnsOfBin, 8))
        }
        let blocks = Array("▁▂▃▄▅▆▇█")
        var rows: [String] = []
        for row in 0..<TerminalChart.plotRows {
            let base = Double(TerminalChart.plotRows - 1 - row)
            var cells = ""
            for height in heights {
                let eighths = Int(((height * Double(TerminalChart.plotRows) - base) * 8).rounded())
                // What is there must be seen.
                let least = height > 0 && base == 0 ? 1 : 0
                let shown = min(8, max(least, eighths))
                cells.append(shown == 0 ? " " : blocks[shown - 1])
            }
            while cells.last == " " { cells.removeLast() }
            rows.append(labels[row] + (labels[row].allSatisfy { $0 == " " } ? " │" : " ┤") + style(cells, .cyan))
        }
        return rows + xAxis(axis, columns: heights.count, indent: labelWidth)
    }

    private func line(_ points: [Chart.Point], _ x: Axis, _ y: Axis) -> [String] {
        let (labels, labelWidth) = yLabels(y)
        let columns = width - labelWidth - 2
        var canvas = BrailleCanvas(columns: columns, rows: TerminalChart.plotRows)
        var last: (x: Int, y: Int)?
        for point in points {
            let place = (
                x: Int((x.fraction(of: point.x) * Double(canvas.width - 1)).rounded()),
                y: canvas.height - 1 - Int((y.fraction(of: point.y) * Double(canvas.height - 1)).rounded())
            )
            if let last { canvas.line(from: last, to: place) } else { canvas.set(place.x, place.y) }
            last = place
        }
        var rows: [String] = []
        for (row, cells) in canvas.rows.enumerated() {
            rows.append(labels[row] + (labels[row].allSatisfy { $0 == " " } ? " │" : " ┤") + style(cells, .cyan))
        }
        return rows + xAxis(x, columns: columns, indent: labelWidth)
    }

    /// What stands left of each row: the ticks of the scale at the rows nearest to them.
    private func yLabels(_ axis: Axis) -> (rows: [String], width: Int) {
        let labelWidth = axis.ticks.map { DisplayText.width(of: $0.text) }.max() ?? 0
        var rows = [String](repeating: String(repeating: " ", count: labelWidth), count: TerminalChart.plotRows)
        for tick in axis.ticks {
            let row =
                TerminalChart.plotRows - 1
                - Int((axis.fraction(of: tick.value) * Double(TerminalChart.plotRows - 1)).rounded())
            rows[row] = DisplayText.padded(tick.text, to: labelWidth, onLeft: true)
        }
        return (rows, labelWidth)
    }

    /// The scale below: marks, and as many of their labels as do not touch.
    private func xAxis(_ axis: Axis, columns: Int, indent: Int) -> [String] {
        var marks = [Character](repeating: "─", count: columns)
        var labels = [Character](repeating: " ", count: indent + 2 + columns + 24)
        var free = 0
        for tick in axis.ticks {
            let column = min(columns - 1, Int((axis.fraction(of: tick.value) * Double(columns)).rounded()))
            let text = Array(tick.text)
            let start = max(0, min(indent + 2 + column - text.count / 2, width - text.count))
            guard start >= free else { continue }
            marks[column] = "┬"
            for (offset, character) in text.enumerated() { labels[start + offset] = character }
            free = start + text.count + 2
        }
        while labels.last == " " { labels.removeLast() }
        return [String(repeating: " ", count: indent) + " └" + String(marks), String(labels)]
    }

    // MARK: Bars

    private func barRows(_ bars: [Chart.Bar], _ axis: Axis) -> [String] {
        let widestLabel = bars.map { DisplayText.width(of: $0.label) }.max() ?? 0
        let labelWidth = min(widestLabel, width / 2 - 2)
        let valueWidth = bars.map { DisplayText.width(of: $0.text) }.max() ?? 0
        let room = max(8, width - labelWidth - valueWidth - 3)
        let zero = axis.fraction(of: 0) * Double(room)
        var rows: [String] = []
        for bar in bars {
            let label = DisplayText.padded(
                DisplayText.truncated(bar.label, to: labelWidth), to: labelWidth, onLeft: false)
            let end = axis.fraction(of: bar.value) * Double(room)
            rows.append("\(label) \(TerminalChart.bar(from: zero, to: end, style)) \(bar.text)")
        }
        var scale = xAxis(axis, columns: room, indent: labelWidth)
        // Bars stand one column further left than plots, whose scale has a corner.
        scale = scale.map { String($0.dropFirst()) }
        return rows + scale
    }

    /// A bar between two places, in columns from the left, to an eighth of one.
    private static func bar(from zero: Double, to end: Double, _ style: Style) -> String {
        let parts = Array("▏▎▍▌▋▊▉█")
        guard end >= zero else {
            // There are no blocks that fill a column from the right by eighths.
            let start = Int(end.rounded())
            let columns = max(1, Int(zero.rounded()) - start)
            return String(repeating: " ", count: max(0, start)) + style(String(repeating: "█", count: columns), .red)
        }
        let start = Int(zero.rounded())
        let eighths = Int(((end - zero) * 8).rounded())
        var bar = String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 { bar.append(parts[eighths % 8 - 1]) }
        // Also nothing has a place where it begins.
        if bar.isEmpty { bar = "▏" }
        return String(repeating: " ", count: start) + style(bar, .cyan)
    }
}

extension Axis {
    /// The same without marks between whole numbers, for counts.
    fileprivate var withoutFractions: Axis {
        Axis(
            lower: lower, upper: upper,
            ticks: ticks.filter { $0.value == $0.value.rounded() }.map {
                Tick(value: $0.value, text: NumberText.text($0.value, step: 1))
            })
    }
}

/// A drawing of dots, two columns and four rows of them in each character of the block Braille Patterns.
struct BrailleCanvas {
    let width: Int
    let height: Int
    private let columns: Int
    private var cells: [UInt8]

    init(columns: Int, rows: Int) {
        self.columns = columns
        width = columns * 2
        height = rows * 4
        cells = [UInt8](repeating: 0, count: columns * rows)
    }

    mutating func set(_ x: Int, _ y: Int) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        // Unicode numbers the dots down the left column, down the right one, and the last row apart.
        let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        cells[y / 4 * columns + x / 2] |= bits[y % 4][x % 2]
    }

    /// Sets the dots of a straight line.
    mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
        let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
        for step in 0...steps {
            set(BrailleCanvas.mix(start.x, end.x, step, steps), BrailleCanvas.mix(start.y, end.y, step, steps))
        }
    }

    private static func mix(_ first: Int, _ last: Int, _ step: Int, _ steps: Int) -> Int {
        Int((Double(first) + Double(last - first) * Double(step) / Double(steps)).rounded())
    }

    /// The characters, row by row, without empty ones at the end.
    var rows: [String] {
        stride(from: 0, to: cells.count, by: columns).map { start in
            var row = cells[start..<start + columns]
            while row.last == 0 { row.removeLast() }
            return String(
                row.map { cell -> Character in
                    cell == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell)).map(Character.init) ?? " "
                })
        }
    }
}
