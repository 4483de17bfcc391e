import AvowFHIR
import Foundation

@testable import AvowQuery

/// What conditions select, worked out from the facts that records were written from, by the words of the language's
/// documentation.
struct ModelConditions {
    /// The records that the request may read.
    let records: [ModelRecord]
    let dates: [String: ModelDate]
    let cohorts: [Located<Cohort>]

    func matching(_ statement: SelectStatement) -> [ModelRecord] {
        matching(statement.type.value, statement.condition)
    }

    private func matching(_ type: String, _ condition: Logic<Condition>?) -> [ModelRecord] {
        records.filter { record in
            (type == "Resource" || type == record.type.name) && (condition.map { holds($0, record) } ?? true)
        }
    }

    func holds(_ logic: Logic<Condition>, _ record: ModelRecord) -> Bool {
        switch logic {
        case .not(let inner): return !holds(inner, record)
        case .all(let parts): return parts.allSatisfy { holds($0, record) }
        case .any(let parts): return parts.contains { holds($0, record) }
        case .test(let test): return holds(test.value, record)
        }
    }

    private func holds(_ condition: Condition, _ record: ModelRecord) -> Bool {
        switch condition {
        case .parameter(let test): return holds(test, record)
        case .path(let path):
            switch path.text {
            case "value is string": if case .string = record.value { return true } else { return false }
            case "value": return record.cell("value") != .boolean(false) && record.cell("value") != .null
            default: return record.cell(path.text) == .boolean(true)
            }
        case .exists(let event):
            return record.patient.map { patient in
                matching(event.type.value, event.condition).contains { $0.patient == patient }
            } ?? false
        case .membership(let name, let set):
            let members = members(set)
            if name.value.name == "_id" { return members.contains("\(record.type.name)/\(record.id)") }
            guard let patient = record.patient, name.value.name == "patient" || record.type != .patient else {
                return false
            }
            return members.contains("Patient/" + patient)
        case .temporal(let relation): return holds(relation, record)
        // The model asks about types alone.
        case .column: return false
        }
    }

    private func members(_ set: PatientSet) -> Set<String> {
        switch set {
        case .select(let statement):
            guard case .value(let value, _) = statement.projections[0].value else { return [] }
            let shown = value.value.description
            let found = matching(statement)
            guard statement.having != nil else {
                return Set(
                    found.compactMap { record in
                        shown == "patient" ? record.patient.map { "Patient/" + $0 } : "\(record.type.name)/\(record.id)"
                    })
            }
            // The only condition on groups here: at least two.
            let counts = Dictionary(found.compactMap(\.patient).map { ($0, 1) }, uniquingKeysWith: +)
            return Set(counts.filter { $0.value >= 2 }.map { "Patient/" + $0.key })
        case .cohort(let name):
            return cohorts.first { $0.value.name.value == name.value }.map { members($0.value.patients) } ?? []
        case .combination(let operation, let left, let right):
            switch operation {
            case .union: return members(left).union(members(right))
            case .intersection: return members(left).intersection(members(right))
            case .difference: return members(left).subtracting(members(right))
            }
        }
    }

    private func holds(_ relation: TemporalRelation, _ record: ModelRecord) -> Bool {
        guard let date = record.date?.lower, let patient = record.patient else { return false }
        var events = matching(relation.event.type.value, relation.event.condition).filter {
            $0.patient == patient && $0.date != nil
        }
        let eventDates = events.compactMap(\.date?.lower)
        switch relation.choice {
        case .first: events = events.filter { $0.date?.lower == eventDates.min() }
        case .last: events = events.filter { $0.date?.lower == eventDates.max() }
        case nil: break
        }
        return events.contains { event in
            guard event.id != record.id, let other = event.date?.lower else { return false }
            guard let distance = relation.distance else {
                return relation.side == .before ? date < other : date > other
            }
            let day: Int64 = 86_400_000
            let most = Int64(distance.count) * (distance.unit == .weeks ? 7 * day : day)
            switch relation.side {
            case .before: return date <= other && other - date <= most
            case .after: return date >= other && date - other <= most
            case .around: return abs(date - other) <= most
            }
        }
    }

    private func holds(_ test: ParameterTest, _ record: ModelRecord) -> Bool {
        func isOne(_ found: (ConditionValue) -> Bool) -> Bool { test.operation.literals.contains { found($0.value) } }
        let isMissing = if case .missing = test.operation { true } else { false }
        switch test.parameter.value.name {
        case "patient":
            if isMissing { return record.patient == nil }
            return isOne { record.patient.map { "Patient/" + $0 } == $0.description }
        case "_id": return isOne { $0.description.replacing("'", with: "") == record.id }
        case "code":
            if isMissing { return record.codes.isEmpty }
            return record.codes.contains { coding in isOne { $0.describes(coding) } }
        case "date":
            guard let date = record.date else { return isMissing }
            switch test.operation {
            case .missing: return false
            case .compare(let comparison, let literal):
                guard let bound = dates[literal.value.description] else { return false }
                switch comparison {
                case .equal: return date.lower >= bound.lower && date.lower < bound.upper
                case .less: return date.lower < bound.lower
                case .lessOrEqual: return date.lower < bound.upper
                case .greater: return date.lower >= bound.upper
                case .greaterOrEqual: return date.lower >= bound.lower
                }
            case .among(let literals):
                return literals.contains { literal in
                    dates[literal.value.description].map { date.lower >= $0.lower && date.lower < $0.upper } ?? false
                }
            case .between(let first, let last):
                guard let from = dates[first.value.description], let until = dates[last.value.description] else {
                    return false
                }
                return date.lower >= from.lower && date.lower < until.upper
            }
        case "value-string":
            guard case .string(let text) = record.value, !text.isEmpty else { return isMissing }
            return isOne { text.lowercased().hasPrefix($0.description.replacing("'", with: "").lowercased()) }
        case "value-quantity":
            guard case .quantity(let number) = record.value else { return isMissing }
            guard case .compare(let comparison, let literal) = test.operation,
                case .quantity(let bound, _) = literal.value
            else { return false }
            let (value, limit) = (Double(number) ?? 0, Double(bound.text) ?? 0)
            return comparison == .greater ? value > limit : value < limit
        default: preconditionFailure("the model knows no \(test.parameter.value)")
        }
    }
}

extension ConditionValue {
    fileprivate func describes(_ coding: (code: String, system: String)) -> Bool {
        guard case .token(let token) = self else { return false }
        if let code = token.code, code != coding.code { return false }
        switch token.system {
        case .any: return true
        case .none: return coding.system == ""
        case .uri(let uri): return coding.system == uri
        }
    }
}
