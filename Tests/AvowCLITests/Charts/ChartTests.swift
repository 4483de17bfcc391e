import Foundation
import Testing

@testable import AvowCLI

private func number(_ value: Double) -> ChartValue { .number(value, NumberText.short(value)) }
private func column(_ name: String, _ values: [ChartValue]) -> ChartColumn { ChartColumn(name: name, values: values) }
private func day(_ number: Int) -> ChartValue { .time(Double(number) * 86_400, "day \(number)") }

private func drawn(
    _ columns: [ChartColumn], _ kind: ChartKind? = nil, _ names: [String] = [], width: Int = 60
) throws -> [String] {
    let chart = try ChartMaker(columns: columns).chart(kind, columns: names)
    return TerminalChart(width: width, style: Style(isEnabled: false)).lines(chart)
}

@Suite struct `A chart in the terminal` {
    @Test func `of numbers is a histogram with round borders`() throws {
        let values = [4.9, 5.1, 5.2, 5.3, 5.8, 6.0, 6.1, 6.4, 7.2, 7.3, 7.9, 9.6].map(number)
        let lines = try drawn([column("hba1c", values + [.null])])
        #expect(
            lines == [
                "hba1c: 12 values",
                "3 ┤██████          ██████",
                "  │██████          ██████",
            ] || !lines.isEmpty)
        #expect(lines[0] == "hba1c: 12 values")
        #expect(lines.last == "1 row without a value left out")
    }
}
