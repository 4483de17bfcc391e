internal import AvowFHIR
public import AvowProof

/// How a query is executed, and, when it was executed for that, what it took.
public struct QueryExplanation: Sendable {
    /// One question: the query itself, or one within it.
    public struct Step: Sendable {
        /// Which question it is.
        public let name: String
        /// What leads to its records.
        public let path: String
        /// How many ranges of the tree, or single keys, are read.
        public let rangeCount: Int
        /// How many entries stand in them, as the tree's counts say.
        public let entryCount: UInt64
        /// The conditions that are tested on entries, before a record is opened.
        public let testedOnEntries: [String]
        /// The conditions that are tested on opened records, which an answer discloses for that.
        public let testedOnRecords: [String]
        /// What is read, and what is proven by counts alone.
        public let reading: String
        /// What it took; nil when it was not executed.
        public internal(set) var measured: Measurement?
    }

    /// What a question took.
    public struct Measurement: Sendable {
        /// How many entries were read one by one.
        public internal(set) var entryCount = 0
        /// How many records were opened.
        public internal(set) var recordCount = 0
        /// How many rows, or members of a set, it gave.
        public internal(set) var rowCount = 0
        /// How long it took, in microseconds.
        public internal(set) var microseconds = 0
    }

    /// The commit that AS OF comes to; nil for the newest.
    public let commit: CommitRecord?
    /// The audiences that admit the request.
    public let audiences: [UInt64]
    /// The questions, in the order in which they are executed; the last is the query itself.
    public internal(set) var steps: [Step]
    /// How many bytes the answer with its proof has; nil when none was made.
    public var answerByteCount: Int?

    init(of commit: CommitRecord?, audiences: [UInt64], steps: [Step]) {
        self.commit = commit
        self.audiences = audiences
        self.steps = steps
    }
}

extension QueryExplanation: CustomStringConvertible {
    /// A tree for people, line by line.
    public var lines: [String] {
        var lines: [String] = []
        if let commit {
            let time = FHIRDateTime(instant: Int64(clamping: commit.time))?.text ?? "\(commit.time)"
            lines.append("as of commit \(commit.sequence), \(time)")
        }
        lines.append("audiences that admit the request: \(audiences.count)")
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            lines.append((isLast ? "└─ " : "├─ ") + step.name)
            var parts = ["from \(step.path)", "ranges: \(step.rangeCount), with \(step.entryCount) entries"]
            parts += step.testedOnEntries.map { "tested on entries: " + $0 }
            parts += step.testedOnRecords.map { "tested on opened records: " + $0 }
            parts.append(step.reading)
            if let measured = step.measured {
                parts.append(
                    "took \(measured.microseconds) µs: \(measured.entryCount) entries read, "
                        + "\(measured.recordCount) records opened, \(measured.rowCount) rows")
            }
            for (position, part) in parts.enumerated() {
                lines.append((isLast ? "   " : "│  ") + (position == parts.count - 1 ? "└─ " : "├─ ") + part)
            }
        }
        if let answerByteCount { lines.append("bytes of the answer with its proof: \(answerByteCount)") }
        return lines
    }

    /// The tree as one text.
    public var description: String { lines.joined(separator: "\n") }

    /// The same for programs: an object with `audiences`, `steps` and, when an answer was made, `answerBytes`; of a query
    /// AS OF also `commit` and `commitTime`, in milliseconds since 1970-01-01T00:00:00Z.
    public var json: String {
        let steps = steps.map { step in
            var members = [
                "\"name\":" + JSONString.encode(step.name), "\"path\":" + JSONString.encode(step.path),
                "\"ranges\":\(step.rangeCount)", "\"entries\":\(step.entryCount)",
                "\"testedOnEntries\":" + QueryExplanation.array(step.testedOnEntries),
                "\"testedOnRecords\":" + QueryExplanation.array(step.testedOnRecords),
                "\"reading\":" + JSONString.encode(step.reading),
            ]
            if let measured = step.measured {
                members.append("\"microseconds\":\(measured.microseconds)")
                members.append("\"entriesRead\":\(measured.entryCount)")
                members.append("\"recordsOpened\":\(measured.recordCount)")
                members.append("\"rows\":\(measured.rowCount)")
            }
            return "{" + members.joined(separator: ",") + "}"
        }
        let audiences = audiences.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = answerByteCount.map { ",\"answerBytes\":\($0)" } ?? ""
        let asOf = commit.map { "\"commit\":\($0.sequence),\"commitTime\":\($0.time)," } ?? ""
        return "{\(asOf)\"audiences\":[\(audiences)],\"steps\":[\(steps.joined(separator: ","))]\(answer)}"
    }

    private static func array(_ texts: [String]) -> String {
        "[" + texts.map { JSONString.encode($0) }.joined(separator: ",") + "]"
    }
}

/// Keeps account of what executing a query takes, question by question.
final class ExecutionRecorder {
    private(set) var steps: [QueryExplanation.Step] = []
    private var current = QueryExplanation.Measurement()
    private let clock = ContinuousClock()

    func countEntries(_ count: Int) { current.entryCount += count }
    func countRecords(_ count: Int) { current.recordCount += count }

    /// Measures one question.
    ///
    /// - Parameter body: gives what is known of the question, and how many rows it gave.
    func measure<Value>(
        _ body: () throws(QueryError) -> (QueryExplanation.Step, rowCount: Int, Value)
    ) throws(QueryError) -> Value {
        current = QueryExplanation.Measurement()
        let start = clock.now
        var (step, rowCount, value) = try body()
        let duration = (clock.now - start).components
        current.rowCount = rowCount
        current.microseconds = Int(duration.seconds) * 1_000_000 + Int(duration.attoseconds / 1_000_000_000_000)
        step.measured = current
        steps.append(step)
        return value
    }
}
