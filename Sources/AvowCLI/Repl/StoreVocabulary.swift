import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import Foundation

/// What a store holds, as far as somebody may read it, found out by asking it: how many resources of each type, and which
/// codes. It is looked up when it is needed, once.
final class StoreVocabulary: Vocabulary {
    /// For whom, and at which commit.
    struct Asker: Equatable {
        let actor: Actor?
        let purpose: Purpose?
        let commit: UInt64
    }

    /// Whoever waits at a prompt waits no longer than this.
    private static let patience = Duration.seconds(2)
    /// What more codes than these mean is not looked up.
    private static let mostDisplays = 2_000

    let asker: Asker
    var columns: [String] = []
    private let store: Store
    private let runner: QueryRunner
    private var knownTypes: [(name: String, count: Int)]?
    private var knownViews: [StoredView]?
    private var knownCodes: [String: [KnownCode]] = [:]
    private var knownValues: [String: [KnownCode]] = [:]
    private var knownUnits: [String: [(unit: String, count: Int)]] = [:]
    private var knownIndexes: [(name: String, detail: String)]?

    init(_ store: Store, _ asker: Asker, _ runner: QueryRunner) {
        self.store = store
        self.asker = asker
        self.runner = runner
    }

    var types: [(name: String, count: Int)] {
        if let knownTypes { return knownTypes }
        let types = (try? loadTypes(deadline: StoreVocabulary.patience, isStopped: { false })) ?? []
        knownTypes = types
        return types
    }

    /// Views say nothing of anybody, so that all may know them.
    var views: [StoredView] {
        if let knownViews { return knownViews }
        let views = (try? store.views()) ?? []
        knownViews = views
        return views
    }

    func codes(of type: String) -> [KnownCode] {
        if let known = knownCodes[type] { return known }
        let codes = (try? loadCodes(of: type, deadline: StoreVocabulary.patience, isStopped: { false })) ?? []
        knownCodes[type] = codes
        return codes
    }

    var indexes: [(name: String, detail: String)] {
        if let knownIndexes { return knownIndexes }
        let indexes = ((try? store.indexes()) ?? []).map { index in
            let columns = index.definition.columns.map(\.description).joined(separator: ", ")
            return (name: index.definition.name, detail: "\(index.definition.type.name) by \(columns)")
        }
        knownIndexes = indexes
        return indexes
    }

    func values(of parameter: String, on type: String) -> [KnownCode] {
        let name = type + " " + parameter
        if let known = knownValues[name] { return known }
        let values = (try? loadValues(of: parameter, on: type)) ?? []
        knownValues[name] = values
        return values
    }

    /// The values of a token parameter: all where an index tells them without a record, else those of some records.
    private func loadValues(of parameter: String, on type: String) throws(StoreError) -> [KnownCode] {
        guard let resource = ResourceType(name: type), let path = SampledPath(parameter, on: resource) else {
            return []
        }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        return try runner.run(deadline: StoreVocabulary.patience, isStopped: { false }) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                var values = SampledValues()
                if let (code, system) = path.parts {
                    let terms = [code, system].compactMap(\.self).joined(separator: ", ")
                    let text = "SELECT \(terms), COUNT(*) FROM \(type) GROUP BY \(terms)"
                    let plan = try snapshot.explain(text, as: actor, for: purpose)
                    if plan.steps.allSatisfy({
                        $0.reading.contains("no record is opened") && $0.entryCount <= StoreVocabulary.mostEntries
                    }) {
                        for row in try snapshot.query(text, as: actor, for: purpose).rows {
                            let count = Int(row.last?.text ?? "") ?? 0
                            values.take(code: row[0].text, system: system == nil ? "" : row[1].text, count: count)
                        }
                        return values.known
                    }
                }
                try StoreVocabulary.sample(path.path, parameter, type, snapshot, actor, purpose) { values.take($0) }
                return values.known
            }
        }
    }

    /// More entries of an index than these are not read for what somebody might want to type.
    private static let mostEntries: UInt64 = 200_000
    /// How many records are looked at where no index tells values.
    private static let sampledRecords = 400

    func units(of parameter: String, on type: String) -> [(unit: String, count: Int)] {
        let name = type + " " + parameter
        if let known = knownUnits[name] { return known }
        let units = (try? loadUnits(of: parameter, on: type)) ?? []
        knownUnits[name] = units
        return units
    }

    private func loadUnits(of parameter: String, on type: String) throws(StoreError) -> [(unit: String, count: Int)] {
        guard let resource = ResourceType(name: type),
            let expression = AvowFHIR.SearchParameter.named(parameter, for: resource)?.expression
        else { return [] }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        let counts = try runner.run(deadline: StoreVocabulary.patience, isStopped: { false }) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                var counts: [String: Int] = [:]
                let path = SampledPath.evaluable(expression)
                try StoreVocabulary.sample(path, parameter, type, snapshot, actor, purpose) { value in
                    for quantity in value.kind == .array ? Array(value.elements) : [value] {
                        if let unit = quantity["code"]?.string ?? quantity["unit"]?.string {
                            counts[unit, default: 0] += 1
                        }
                    }
                }
                return counts
            }
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (unit: $0.key, count: $0.value) }
    }

    /// Calls `body` with what a path finds in each of some records that have a value of a parameter.
    private static func sample(
        _ path: String, _ parameter: String, _ type: String, _ snapshot: Snapshot, _ actor: Actor?, _ purpose: Purpose?,
        _ body: (JSONValue) -> Void
    ) throws(StoreError) {
        let text = "SELECT \(path) AS found FROM \(type) WHERE \(parameter) IS NOT NULL LIMIT \(sampledRecords)"
        guard let parser = try? JSONParser() else { return }
        for row in try snapshot.query(text, as: actor, for: purpose).rows {
            guard let cell = row.first, let value = try? parser.parse(Array(cell.json.utf8)).root else { continue }
            body(value)
        }
    }

    /// As ``types``, for those who would rather have an error than an empty list.
    func loadTypes(deadline: Duration? = nil, isStopped: () -> Bool) throws(StoreError) -> [(name: String, count: Int)]
    {
        if let knownTypes { return knownTypes }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        let counts = try runner.run(deadline: deadline, isStopped: isStopped) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                var counts: [TypeCount] = []
                for type in ResourceType.allCases {
                    // Counts come from the tree alone.
                    let result = try snapshot.query("SELECT COUNT(*) FROM \(type.name)", as: actor, for: purpose)
                    let count = Int(result.rows.first?.first?.text ?? "") ?? 0
                    if count > 0 { counts.append(TypeCount(name: type.name, count: count)) }
                }
                return counts
            }
        }
        let types = counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map { (name: $0.name, count: $0.count) }
        knownTypes = types
        return types
    }

    /// As ``codes(of:)``, for those who would rather have an error than an empty list.
    func loadCodes(
        of type: String, deadline: Duration? = nil, isStopped: () -> Bool
    ) throws(StoreError) -> [KnownCode] {
        if let known = knownCodes[type] { return known }
        guard R4Schema().searchParameters(of: type).contains("code") else { return [] }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        let codes = try runner.run(deadline: deadline, isStopped: isStopped) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                let groups = try snapshot.query(
                    "SELECT code, COUNT(*) FROM \(type) GROUP BY code ORDER BY COUNT(*) DESC", as: actor, for: purpose)
                let parser = try? JSONParser()
                var codes: [KnownCode] = []
                for row in groups.rows {
                    guard row.count == 2, let coding = WrittenCode(row[0].text) else { continue }
                    var display = ""
                    if codes.count < StoreVocabulary.mostDisplays {
                        // One record that has the code says what it means.
                        let condition = "'\(row[0].text.replacing("'", with: "''"))'"
                        let record = try snapshot.query(
                            "SELECT resource FROM \(type) WHERE code = \(condition) LIMIT 1", as: actor, for: purpose)
                        if let json = record.rows.first?.first?.text,
                            let root = try? parser?.parse(Array(json.utf8)).root
                        {
                            display = coding.display(in: root) ?? ""
                        }
                    }
                    codes.append(
                        KnownCode(
                            token: coding.token, code: coding.code, display: display, count: Int(row[1].text) ?? 0))
                }
                return codes
            }
        }
        knownCodes[type] = codes
        return codes
    }

    func files(_ beginning: String) -> [String] {
        let slash = beginning.lastIndex(of: "/")
        let folder = slash.map { String(beginning[...$0]) } ?? ""
        let start = slash.map { String(beginning[beginning.index(after: $0)...]) } ?? beginning
        let directory = folder.isEmpty ? "." : ReplSession.expanded(folder)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return [] }
        let found = names.filter { $0.hasPrefix(start) && (!$0.hasPrefix(".") || start.hasPrefix(".")) }.sorted()
        return found.filter { !$0.contains(where: \.isWhitespace) }.prefix(500).map { name in
            var isFolder: ObjCBool = false
            // The flag is set by the call and not kept.
            let exists = unsafe FileManager.default.fileExists(atPath: directory + "/" + name, isDirectory: &isFolder)
            return folder + name + (exists && isFolder.boolValue ? "/" : "")
        }
    }
}

/// A type's name and how many there are.
private struct TypeCount: Sendable {
    let name: String
    let count: Int
}

/// A code with its system, as the groups of a query have it: `http://loinc.org|4548-4`.
struct WrittenCode: Equatable {
    let system: String
    let code: String
    private let isOfR4: Bool

    /// A code; without a system one that R4 itself defines, such as a status, and that is written without a bar.
    init(code: String, system: String) {
        self.code = code
        self.system = system
        isOfR4 = system.isEmpty
    }

    /// Nil for a text that is none. `\|` and `\\` stand for a bar and a backslash.
    init?(_ text: String) {
        var parts = [String.UnicodeScalarView()]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if !isEscaped, scalar == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, scalar == "|" { parts.append(.init()) } else { parts[parts.count - 1].append(scalar) }
            isEscaped = false
        }
        guard parts.count == 2 else { return nil }
        system = String(parts[0])
        code = String(parts[1])
        isOfR4 = false
    }

    /// As a query writes it, in quotes where it must.
    var token: String {
        func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("|", with: "\\|") }
        let alias = CodeSystemAliases.alias(for: system)
        // What has no system here is a value of R4 itself, such as a status.
        let text = isOfR4 ? escaped(code) : "\(alias ?? escaped(system))|\(escaped(code))"
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !",;()'\"=<>".utf8.contains(byte)
        }
        return isPlain ? text : "'\(text.replacing("'", with: "''"))'"
    }

    /// What a resource says that the code means, in the first coding that does.
    func display(in value: JSONValue) -> String? {
        switch value.kind {
        case .object:
            if value["code"]?.equals(code) == true, value["system"]?.string ?? "" == system,
                let display = value["display"]?.string
            {
                return display
            }
            for member in value.members {
                if let display = display(in: member.value) { return display }
            }
        case .array:
            for element in value.elements {
                if let display = display(in: element) { return display }
            }
        default: break
        }
        return nil
    }
}
