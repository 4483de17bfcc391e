import Foundation

/// Measures the store and the tree, and prints a table, or JSON with `--json`.
///
///     swift run -c release --package-path Benchmarks AvowBenchmark [--json] [--no-tree] [--no-queries] [--import-once] [FOLDERS…]
///
/// Medians. Say what else ran on the machine when you quote them.
@main
enum AvowBenchmark {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let asJSON = arguments.contains("--json")
        let withTree = !arguments.contains("--no-tree")
        let withQueries = !arguments.contains("--no-queries")
        let importOnce = arguments.contains("--import-once")
        arguments.removeAll { $0.hasPrefix("--") }
        var figures: [Figure] = []
        if !arguments.isEmpty { figures += try ImportBenchmark.run(arguments, onlyOnce: importOnce) }
        if !arguments.isEmpty, withQueries, !importOnce { figures += try StoreBenchmark.run(arguments) }
        if withTree, !importOnce { figures += try TreeBenchmark.run() }
        if asJSON {
            let entries = figures.map { "  {\"name\": \"\($0.name)\", \"value\": \($0.value), \"unit\": \"\($0.unit)\"}" }
            print("[\n" + entries.joined(separator: ",\n") + "\n]")
            return
        }
        let width = figures.map(\.name.count).max() ?? 0
        for figure in figures {
            let name = figure.name + String(repeating: " ", count: width - figure.name.count)
            print("\(name)  \(String(format: "%14.2f", figure.value)) \(figure.unit)")
        }
    }
}
