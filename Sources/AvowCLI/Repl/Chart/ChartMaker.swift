/// A value as far as a chart can show it.
enum ChartValue: Equatable {
    case null
    /// A number, and its own digits.
    case number(Double, String)
    /// Seconds since 1970-01-01T00:00:00Z, and how it was written.
    case time(Double, String)
    case text(String)
}

/// A column that can be drawn.
struct ChartColumn: Equatable {
    /// What all values of a column have in common.
    enum Kind {
        case number, time, text, empty
    }

    let name: String
    /// The unit that all numbers have; empty when there is none or several.
    let unit: String
    let values: [ChartValue]
    let kind: Kind

    init(name: String, unit: String = "", values: [ChartValue]) {
        self.name = name
        self.unit = unit
        self.values = values
        var kind = Kind.empty
        for value in values {
            let found: Kind
            switch value {
            case .null: continue
            case .number: found = .number
            case .time: found = .time
            case .text: found = .text
            }
            kind = kind == .empty || kind == found ? found : .text
        }
        self.kind = kind
    }

    /// The name with the unit, as it can be shown.
    var title: String { DisplayText.sanitized(unit.isEmpty ? name : "\(name) (\(unit))") }
}

/// Why there is no chart.
struct ChartError: Error, Equatable, CustomStringConvertible {
    let description: String
}

/// Which chart is wanted.
enum ChartKind: String, CaseIterable, Sendable {
    case histogram, line, bar
}

/// Chooses what to draw of a result, and computes it.
struct ChartMaker {
    /// More bars than these are not drawn.
    private static let mostBars = 40
    /// Beyond this the arithmetic of a scale would overflow.
    private static let largest = 1e300

    let columns: [ChartColumn]

    /// Makes a chart.
    ///
    /// - Parameters:
    ///   - kind: nil to choose by the columns' types: numbers over time as a line, numbers with a label each as bars,
    ///     other numbers and times as a histogram, texts as bars of how often each occurs.
    ///   - names: which columns; none for all.
    /// - Throws: `ChartError` when a column is not there, or the chart needs others.
    func chart(_ kind: ChartKind?, columns names: [String]) throws(ChartError) -> Chart {
        var chosen: [ChartColumn] = []
        for name in names { chosen.append(try column(name)) }
        let drawable = (names.isEmpty ? columns : chosen).filter { $0.kind != .empty }
        guard !drawable.isEmpty else {
            let reason =
                columns.allSatisfy(\.values.isEmpty) ? "the result has no rows" : "the columns have no values"
            return Chart(title: reason, xName: "", yName: "", content: .empty, remarks: [])
        }
        let numbers = drawable.filter { $0.kind == .number }
        let times = drawable.filter { $0.kind == .time }
        let texts = drawable.filter { $0.kind == .text }
        switch kind {
        case .histogram:
            guard let column = numbers.first ?? times.first else { throw .needs("a column of numbers or dates", self) }
            return column.kind == .number ? histogram(column) : timeHistogram(column)
        case .line:
            let ordered = names.isEmpty ? times + numbers : drawable.filter { $0.kind != .text }
            guard ordered.count > 1, let y = ordered[1...].first(where: { $0.kind == .number }) else {
                throw .needs("a column of dates or numbers, and one of numbers", self)
            }
            return line(ordered[0], y)
        case .bar:
            let labels = texts.first ?? times.first ?? (numbers.count > 1 ? numbers[0] : nil)
            guard let labels else { throw .needs("a column of labels", self) }
            guard let values = numbers.first(where: { $0.name != labels.name }) else { return frequencies(labels) }
            return bars(labels, values)
        case nil:
            if let x = times.first, let y = numbers.first { return line(x, y) }
            if let labels = texts.first, let values = numbers.first, ChartMaker.areDistinct(labels) {
                return bars(labels, values)
            }
            if numbers.count > 1, texts.isEmpty, !names.isEmpty { return line(numbers[0], numbers[1]) }
            if let column = numbers.first { return histogram(column) }
            if let column = times.first { return timeHistogram(column) }
            return frequencies(texts[0])
        }
    }

    private func column(_ name: String) throws(ChartError) -> ChartColumn {
        let folded = name.lowercased()
        if let column = columns.first(where: { $0.name == name }) { return column }
        if let column = columns.first(where: { $0.name.lowercased() == folded }) { return column }
        let names = columns.map { DisplayText.sanitized($0.name) }
        throw ChartError(
            description:
                "no column '\(DisplayText.sanitized(name))'; the last result has \(names.joined(separator: ", "))")
    }

    private static func areDistinct(_ column: ChartColumn) -> Bool {
        let labels = column.values.map(label)
        return labels.count <= mostBars && Set(labels).count == labels.count
    }

    // MARK: What values are drawn

    /// Collects what is left out, so that the chart can say so.
    private struct Omissions {
        var nulls = 0
        var tooLarge = 0

        mutating func number(_ value: ChartValue) -> Double? {
            switch value {
            case .number(let number, _), .time(let number, _):
                guard number.magnitude <= ChartMaker.largest else {
                    tooLarge += 1
                    return nil
                }
                return number
            case .null, .text:
                nulls += 1
                return nil
            }
        }

        var remarks: [String] {
            var remarks: [String] = []
            if nulls > 0 { remarks.append("\(HumanFormat.count(nulls, "row")) without a value left out") }
            if tooLarge > 0 { remarks.append("\(HumanFormat.count(tooLarge, "value")) beyond 1e300 left out") }
            return remarks
        }
    }

    private static func nothing(_ title: String, _ omissions: Omissions) -> Chart {
        Chart(title: title, xName: "", yName: "", content: .empty, remarks: omissions.remarks)
    }

    // MARK: Histograms

    private func histogram(_ column: ChartColumn) -> Chart {
        var omissions = Omissions()
        let values = column.values.compactMap { omissions.number($0) }
        let title = "\(column.title): \(HumanFormat.count(values.count, "value"))"
        guard let lower = values.min(), let upper = values.max() else {
            return ChartMaker.nothing("\(column.title) has no values to draw", omissions)
        }
        let wanted = min(40, max(5, (2 * ChartMaker.cubeRoot(values.count)).rounded(.up)))
        let isWhole = values.allSatisfy { $0 == $0.rounded() && $0.magnitude < 1e15 }
        let span = upper - lower
        var step: Double
        if span > max(abs(lower), abs(upper)) * 1e-12 {
            step = Axis.roundStep(above: span / wanted)
        } else {
            step = Axis.roundStep(above: lower == 0 ? 1 : abs(lower) / 10)
        }
        if isWhole { step = max(1, step) }
        func place(_ value: Double) -> Double { (value / step + 1e-9).rounded(.down) }
        let first = place(lower)
        var counts = [Int](repeating: 0, count: Int(min(1_000, place(upper) - first)) + 1)
        for value in values { counts[min(counts.count - 1, max(0, Int(place(value) - first)))] += 1 }
        let bins = counts.enumerated().map { index, count in
            Chart.Bin(
                lower: (first + Double(index)) * step, upper: (first + Double(index) + 1) * step, count: count)
        }
        return Chart(
            title: title, xName: column.title, yName: "rows",
            content: .histogram(
                bins: bins, axis: .marks(from: bins[0].lower, to: bins[bins.count - 1].upper, step: step)),
            remarks: omissions.remarks)
    }

    private static func cubeRoot(_ count: Int) -> Double {
        var root = 1.0
        while root * root * root < Double(count) { root += 1 }
        return root
    }

    private func timeHistogram(_ column: ChartColumn) -> Chart {
        var omissions = Omissions()
        let times = column.values.compactMap { omissions.number($0) }
        guard let lower = times.min(), let upper = times.max() else {
            return ChartMaker.nothing("\(column.title) has no values to draw", omissions)
        }
        let step = CalendarStep.parting(max(1, upper - lower), into: 40)
        var bins: [Chart.Bin] = []
        var counts: [Double: Int] = [:]
        for time in times { counts[step.floor(time), default: 0] += 1 }
        var start = step.floor(lower)
        while start <= upper, bins.count < 1_000 {
            let next = step.next(start)
            bins.append(Chart.Bin(lower: start, upper: next, count: counts[start] ?? 0))
            start = next
        }
        return Chart(
            title: "\(column.title): \(HumanFormat.count(times.count, "value"))", xName: column.title, yName: "rows",
            content: .histogram(
                bins: bins, axis: .time(from: bins[0].lower, to: bins[bins.count - 1].upper, about: 8)),
            remarks: omissions.remarks)
    }

    // MARK: Lines

    private func line(_ x: ChartColumn, _ y: ChartColumn) -> Chart {
        var omissions = Omissions()
        var points: [Chart.Point] = []
        for (xValue, yValue) in zip(x.values, y.values) {
            guard xValue != .null, yValue != .null else {
                omissions.nulls += 1
                continue
            }
            guard let xNumber = omissions.number(xValue), let yNumber = omissions.number(yValue) else { continue }
            points.append(Chart.Point(x: xNumber, y: yNumber))
        }
        points.sort { ($0.x, $0.y) < ($1.x, $1.y) }
        guard let first = points.first, let last = points.last else {
            return ChartMaker.nothing("\(y.title) has no values to draw", omissions)
        }
        let values = points.map(\.y)
        let (lower, upper) = (values.min() ?? 0, values.max() ?? 0)
        // A scale that nearly reaches zero had better do so.
        let isNearZero = lower > 0 && lower < (upper - lower) * 0.5
        return Chart(
            title: "\(y.title) by \(x.title): \(HumanFormat.count(points.count, "point"))", xName: x.title,
            yName: y.title,
            content: .line(
                points: points,
                x: x.kind == .time
                    ? .time(from: first.x, to: last.x, about: 8) : .numbers(from: first.x, to: last.x, about: 8),
                y: .numbers(from: isNearZero ? 0 : lower, to: upper, about: 5)),
            remarks: omissions.remarks)
    }

    // MARK: Bars

    private static func label(_ value: ChartValue) -> String {
        switch value {
        case .null: "∅"
        case .number(_, let text), .time(_, let text): DisplayText.sanitized(text)
        case .text(let text): text.isEmpty ? "''" : DisplayText.sanitized(text)
        }
    }

    private func bars(_ labels: ChartColumn, _ values: ChartColumn) -> Chart {
        var omissions = Omissions()
        var bars: [Chart.Bar] = []
        for (label, value) in zip(labels.values, values.values) {
            guard let number = omissions.number(value) else { continue }
            let text = if case .number(_, let digits) = value { digits } else { NumberText.short(number) }
            bars.append(Chart.Bar(label: ChartMaker.label(label), value: number, text: text))
        }
        return ChartMaker.chart(
            bars, title: "\(values.title) by \(labels.title)", labels, values.title, omissions.remarks)
    }

    private func frequencies(_ column: ChartColumn) -> Chart {
        var counts: [String: Int] = [:]
        for value in column.values { counts[ChartMaker.label(value), default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let bars = sorted.map { Chart.Bar(label: $0.key, value: Double($0.value), text: HumanFormat.count($0.value)) }
        return ChartMaker.chart(bars, title: "rows by \(column.title)", column, "rows", [])
    }

    private static func chart(
        _ bars: [Chart.Bar], title: String, _ labels: ChartColumn, _ valueName: String, _ remarks: [String]
    ) -> Chart {
        guard !bars.isEmpty else {
            return Chart(
                title: "\(valueName) has no values to draw", xName: "", yName: "", content: .empty, remarks: remarks)
        }
        let drawn = Array(bars.prefix(mostBars))
        let more = bars.count - drawn.count
        let lower = min(0, drawn.map(\.value).min() ?? 0)
        let upper = max(0, drawn.map(\.value).max() ?? 0)
        return Chart(
            title: title, xName: labels.title, yName: valueName,
            content: .bar(
                bars: drawn, axis: .numbers(from: lower, to: lower == upper ? 1 : upper, about: 5)),
            remarks: remarks + (more > 0 ? ["\(HumanFormat.count(more, "more bar")) not drawn"] : []))
    }
}

extension ChartError {
    fileprivate static func needs(_ what: String, _ maker: ChartMaker) -> ChartError {
        let names = maker.columns.map { DisplayText.sanitized($0.name) }.joined(separator: ", ")
        return ChartError(description: "this chart needs \(what); the last result has \(names)")
    }
}

extension Axis {
    /// A scale that begins and ends where it is told, with marks at multiples of a step that intervals have: of each,
    /// or of every so many that there are about eight.
    static func marks(from lower: Double, to upper: Double, step: Double) -> Axis {
        let wanted = (upper - lower) / 8
        // The first round step that is a multiple of the intervals' own.
        var tick = step
        for power in 0..<20 {
            let found = [1.0, 2, 5].map { $0 * step * NumberText.powerOfTen(power) }.first { $0 >= wanted * (1 - 1e-9) }
            if let found {
                tick = found
                break
            }
        }
        var ticks: [Tick] = []
        var index = (lower / tick - 1e-9).rounded(.up)
        while index * tick <= upper + tick * 1e-9, ticks.count < 100 {
            ticks.append(Tick(value: index * tick, text: NumberText.text(index * tick, step: tick)))
            index += 1
        }
        return Axis(lower: lower, upper: upper, ticks: ticks)
    }
}
