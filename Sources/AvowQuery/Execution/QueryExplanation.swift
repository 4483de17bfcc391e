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
        /// The ways that together lead to the records, when no one does; each record is taken once.
        public internal(set) var branches: [Branch] = []
        /// What it took; nil when it was not executed.
        public internal(set) var measured: Measurement?
    }

    /// One of several ways that together lead to the records of a question.
    public struct Branch: Sendable {
        /// What leads to its records.
        public let path: String
        /// How many ranges of the tree, or single keys, are read.
        public let rangeCount: Int
        /// How many entries stand in them, as the tree's counts say.
        public let entryCount: UInt64
        /// The conditions that are tested on its entries.
        public let testedOnEntries: [String]
        /// The conditions that its entries do not decide, so that the records are opened, and asked everything.
        public let testedOnRecords: [String]
        /// How many entries were read; nil when the question was not executed.
        public internal(set) var entriesRead: Int?
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
            parts += step.branches.enumerated().map { "way \($0 + 1): \($1)" }
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
            if !step.branches.isEmpty {
                members.append("\"branches\":[" + step.branches.map(\.json).joined(separator: ",") + "]")
            }
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

    fileprivate static func array(_ texts: [String]) -> String {
        "[" + texts.map { JSONString.encode($0) }.joined(separator: ",") + "]"
    }
}

extension QueryExplanation.Branch: CustomStringConvertible {
    /// The branch in one line.
    public var description: String {
        var text = "from \(path), ranges: \(rangeCount), with \(entryCount) entries"
        if let entriesRead { text += ", of which \(entriesRead) were read" }
        if !testedOnEntries.isEmpty { text += "; tested on entries: " + testedOnEntries.joined(separator: ", ") }
        if !testedOnRecords.isEmpty {
            text += "; tested on opened records: " + testedOnRecords.joined(separator: ", ")
        }
        return text
    }

    fileprivate var json: String {
        var members = [
            "\"path\":" + JSONString.encode(path), "\"ranges\":\(rangeCount)", "\"entries\":\(entryCount)",
            "\"testedOnEntries\":" + QueryExplanation.array(testedOnEntries),
            "\"testedOnRecords\":" + QueryExplanation.array(testedOnRecords),
        ]
        if let entriesRead { members.append("\"entriesRead\":\(entriesRead)") }
        return "{" + members.joined(separator: ",") + "}"
    }
}

/// Keeps account of what executing a query takes, question by question.
final class ExecutionRecorder {
    private(set) var steps: [QueryExplanation.Step] = []
    private var current = QueryExplanation.Measurement()
    private let clock = ContinuousClock()
    /// The branch of a union that entries are read of; nil for none.
    var branch: Int?
    private var entriesOfBranches: [Int: Int] = [:]

    func countEntries(_ count: Int) {
        current.entryCount += count
        if let branch { entriesOfBranches[branch, default: 0] += count }
    }
    func countRecords(_ count: Int) { current.recordCount += count }

    /// Measures one question.
    ///
    /// - Parameter body: gives what is known of the question, and how many rows it gave.
    func measure<Value>(
        _ body: () throws(QueryError) -> (QueryExplanation.Step, rowCount: Int, Value)
    ) throws(QueryError) -> Value {
        current = QueryExplanation.Measurement()
        entriesOfBranches = [:]
        let start = clock.now
        var (step, rowCount, value) = try body()
        let duration = (clock.now - start).components
        current.rowCount = rowCount
        current.microseconds = Int(duration.seconds) * 1_000_000 + Int(duration.attoseconds / 1_000_000_000_000)
        step.measured = current
        for number in step.branches.indices { step.branches[number].entriesRead = entriesOfBranches[number] ?? 0 }
        steps.append(step)
        return value
    }
}
