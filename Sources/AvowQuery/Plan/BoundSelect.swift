internal import AvowFHIR

/// A question whose names are resolved: what can be said of it before anything is read.
struct BoundSelect: Sendable {
    var selection: Selection
    let shape: Shape
    let isDistinct: Bool
    /// How many rows that have some values in common are shown; nil for all.
    let limitPer: Int?
    let limit: Int
    let offset: Int
    /// Whether of each patient only the first row is looked at.
    var isFirstOfOwner = false
    /// Of events, which of each patient's are looked at.
    var kept: PatientEvents.Kept = .all

    /// How many rows there must be before those behind them play no part, however they are found; nil when all play one.
    var rowsNeeded: Int? {
        if limit == 0 { return 0 }
        guard !isDistinct, limitPer == nil, limit < .max else { return nil }
        return offset + limit
    }
}

extension BoundSelect {
    /// Whether of the records in an order only the first of each patient, or of each value, are wanted.
    var keepsFirst: Bool {
        guard case .records(let columns) = shape, !columns.order.isEmpty else { return false }
        return isFirstOfOwner || limitPer != nil
    }

    /// The columns of a question about records whose rows are all wanted, in no order; nil for another.
    var plainColumns: Columns? {
        guard case .records(let columns) = shape, columns.order.isEmpty, limitPer == nil, limit == .max, offset == 0
        else {
            return nil
        }
        return columns
    }
}

/// What the rows of a question are: records, or groups of them.
enum Shape: Sendable {
    case records(Columns)
    case groups(Grouping)

    /// Whether records are grouped by their codes.
    var isByCode: Bool {
        if case .groups(let grouping) = self { grouping.isByCode } else { false }
    }
}

/// What a question within another is executed for.
enum TableDefinition: Sendable {
    /// The pseudonyms in its one column.
    case owners(BoundSelect)
    /// The references in its one column.
    case references(BoundSelect)
    /// Two other tables together.
    case combination(SetOperation, Int, Int)
    /// Dates by patient, those that are looked at.
    case events(BoundSelect, PatientEvents.Kept)
    /// A value by patient, and the value of a patient who has none.
    case values(BoundSelect, absent: Cell)
}

/// Resolves the names of a question and of the questions within it.
struct Binder {
    /// The tables that the question needs, each behind those that it needs itself.
    private(set) var tables: [TableDefinition] = []
    private var cohorts: [String: Int] = [:]
    /// The views that are known, by their names.
    let views: [String: BoundView]
    /// The views that would have to be.
    var missingViews: [Located<String>] = []
    /// The view that the question selects from that is being resolved; nil when it is a type.
    private var view: BoundView?

    init(views: [String: BoundView] = [:]) {
        self.views = views
    }

    /// The patients whose records are all that a question within another is asked about.
    struct Scope {
        /// By their logical ids; nil for all.
        var patients: Set<String>?
        /// Those that are in all of these tables.
        var tables: [Int] = []
    }

    /// Where a question stands, which decides what its columns are.
    private enum Role {
        case answer, owners, references, values
    }

    /// Resolves a question that stands in no other.
    mutating func bind(_ statement: SelectStatement) throws(QueryError) -> BoundSelect {
        for cohort in statement.cohorts {
            cohorts[cohort.value.name.value] = try ownerTable(cohort.value.patients, within: Scope())
        }
        return try bind(statement, .answer, within: Scope())
    }

    /// - Parameter scope: the only patients whose records matter.
    private mutating func bind(
        _ statement: SelectStatement, _ role: Role, within scope: Scope
    ) throws(QueryError) -> BoundSelect {
        let outer = view
        defer { view = outer }
        view = statement.isOfView ? view(statement.type) : nil
        if statement.isOfView, view == nil { return .unresolved }
        let selection = try selection(statement.type, statement.condition, within: scope)
        let limit = statement.limit?.value.count ?? .max
        let inner = Scope(patients: selection.patients, tables: selection.tables)
        return BoundSelect(
            selection: selection, shape: try shape(statement, role, inner),
            isDistinct: statement.isDistinct, limitPer: statement.limitPer?.limit.value.count,
            limit: role == .values && limit > 0 ? .max : limit, offset: statement.offset?.value.count ?? 0,
            isFirstOfOwner: role == .values)
    }

    private mutating func selection(
        _ type: Located<String>, _ condition: Logic<Condition>?, within scope: Scope
    ) throws(QueryError) -> Selection {
        var resourceType = view?.definition.resource
        if resourceType == nil, type.value != "Resource" {
            guard let known = ResourceType(name: type.value) else {
                throw .syntax(
                    QuerySyntaxError(.unknownType, "'\(type.value)' is not a resource type", at: type.range))
            }
            resourceType = known
        }
        var known = scope
        for conjunct in condition?.conjuncts ?? [] {
            guard let wanted = try ConditionBinder.patients(of: conjunct) else { continue }
            known.patients = known.patients?.intersection(wanted) ?? wanted
        }
        var predicates: [Predicate] = []
        for conjunct in condition?.conjuncts ?? [] {
            let predicate = try self.predicate(conjunct, resourceType, within: known)
            predicates.append(predicate)
            // What stands behind a set of patients need not be asked about others.
            for case .member(let table) in predicate.conjuncts { known.tables.append(table) }
        }
        if let patients = scope.patients { predicates.append(.patient(patients)) }
        predicates += scope.tables.map { .member(table: $0) }
        if let view {
            predicates += predicates.flatMap(\.conjuncts).compactMap { predicate in
                if case .column(let test) = predicate { view.implied(by: test) } else { nil }
            }
            predicates += view.impliedConditions
            predicates.append(.laidOut(view))
        }
        return Selection(resourceType, .joined(predicates))
    }

    // MARK: Conditions

    private mutating func predicate(
        _ logic: Logic<Condition>, _ type: ResourceType?, within scope: Scope
    ) throws(QueryError) -> Predicate {
        switch logic {
        case .not(let inner):
            switch try predicate(inner, type, within: scope) {
            case .not(let double): return double
            case let single: return .not(single)
            }
        case .all(let parts):
            var all: [Predicate] = []
            for part in parts { all.append(try predicate(part, type, within: scope)) }
            return .joined(all)
        case .any(let parts):
            var all: [Predicate] = []
            for part in parts { all.append(try predicate(part, type, within: scope)) }
            return ConditionBinder.alternative(all)
        case .test(let test):
            switch test.value {
            case .parameter(let parameter): return try ConditionBinder.predicate(parameter, type)
            case .column(let test):
                // Only behind a view do tests of columns stand.
                guard let view else { return .constant(false) }
                return try view.predicate(test)
            case .path(let path): return .path(try ColumnBinder.path(path, on: type))
            case .exists(let event):
                let table = try table(.owners(try records(event, Columns(owner: ()), within: scope)))
                return .member(table: table)
            case .temporal(let relation):
                var events = try records(relation.event, Columns(events: ()), within: scope)
                var test = TemporalTest(
                    table: tables.count, distance: relation.distance, side: relation.side, choice: relation.choice)
                events.kept = test.kept
                test.table = try table(.events(events, test.kept))
                return .temporal(test)
            case .membership(let name, let members):
                if name.value.name == OwnParameter.patient.rawValue {
                    return .member(table: try ownerTable(members, within: scope))
                }
                let table = try referenceTable(members)
                guard name.value.name != OwnParameter.id.rawValue else { return .reference(nil, table: table) }
                let test = ReferenceTest(name: name.value.name, extractor: try ConditionBinder.extractor(name, type))
                return .reference(test, table: table)
            }
        }
    }

    /// The records that a condition refers to.
    private mutating func records(
        _ event: Event, _ columns: Columns, within scope: Scope
    ) throws(QueryError) -> BoundSelect {
        let outer = view
        defer { view = outer }
        view = nil
        return BoundSelect(
            selection: try selection(event.type, event.condition, within: scope), shape: .records(columns),
            isDistinct: false, limitPer: nil, limit: .max, offset: 0)
    }

    // MARK: Tables

    private mutating func table(_ definition: TableDefinition) throws(QueryError) -> Int {
        tables.append(definition)
        return tables.count - 1
    }

    private mutating func ownerTable(
        _ patients: PatientSet, within known: Scope
    ) throws(QueryError) -> Int {
        switch patients {
        case .select(let statement):
            var scope = known
            // Which rows are the first may depend on other patients' records.
            if statement.limit != nil || statement.offset != nil || statement.limitPer != nil { scope.tables = [] }
            return try table(.owners(try bind(statement, .owners, within: scope)))
        case .cohort(let name):
            guard let table = cohorts[name.value] else {
                throw .syntax(QuerySyntaxError(.unknownCohort, "no cohort '\(name.value)'", at: name.range))
            }
            return table
        case .combination(let operation, let left, let right):
            let first = try ownerTable(left, within: known)
            return try table(.combination(operation, first, try ownerTable(right, within: known)))
        }
    }

    private mutating func referenceTable(_ members: PatientSet) throws(QueryError) -> Int {
        switch members {
        case .select(let statement): return try table(.references(try bind(statement, .references, within: Scope())))
        case .cohort(let name):
            throw .syntax(
                QuerySyntaxError(
                    .invalidValue, "a cohort is a set of patients, and stands behind 'patient IN'", at: name.range))
        case .combination(let operation, let left, let right):
            let first = try referenceTable(left)
            return try table(.combination(operation, first, try referenceTable(right)))
        }
    }

    /// The table of a value of another of the patient's records.
    mutating func valueTable(
        _ statement: Located<SelectStatement>, within known: Scope
    ) throws(QueryError) -> Int {
        let inner = statement.value
        guard inner.groups.isEmpty, inner.having == nil, inner.limitPer == nil, inner.offset == nil, !inner.isDistinct
        else {
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "a joined value is the first of one patient, or an aggregate of one patient's records",
                    at: statement.range, expected: ["WHERE and ORDER BY only"]))
        }
        var absent = Cell.null
        if case .value(let value, _) = inner.projections[0].value, case .aggregate(let aggregate) = value.value {
            switch aggregate {
            case .count, .of(.count, _), .of(.countDistinct, _): absent = .number("0")
            default: break
            }
        }
        return try table(.values(try bind(inner, .values, within: known), absent: absent))
    }

    // MARK: Columns

    private mutating func shape(
        _ statement: SelectStatement, _ role: Role, _ scope: Scope
    ) throws(QueryError) -> Shape {
        let type = view?.definition.resource ?? ResourceType(name: statement.type.value)
        let isGrouped =
            !statement.groups.isEmpty || statement.having != nil
            || statement.projections.contains { projection in
                if case .value(let value, _) = projection.value { value.value.isAggregate } else { false }
            }
        if role == .owners { try ColumnBinder.requirePatient(statement.projections[0]) }
        var binder = ColumnBinder(type: type, typeName: statement.type.value, showsOwner: role == .owners, scope)
        binder.showsReference = role == .references
        binder.view = view
        if isGrouped {
            var grouping = try binder.grouping(statement, &self)
            if role == .values { grouping.correlate() }
            return .groups(grouping)
        }
        var columns = try binder.columns(statement, &self)
        if role == .values { columns.correlate() }
        return .records(columns)
    }
}
