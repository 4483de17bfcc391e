import AvowConsent
import AvowFHIR
import AvowProof
import Foundation
import TestSupport

@testable import AvowQuery

/// A date as a text and what it stands for, worked out by Foundation's calendar.
struct ModelDate {
    let text: String
    /// In ms since 1970-01-01T00:00:00Z.
    let lower: Int64
    /// The first instant behind it.
    let upper: Int64

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// A date of few years and days, so that dates meet, of any precision.
    init(using random: inout SeededGenerator) {
        let precision = [Calendar.Component.year, .month, .day, .minute, .second, .nanosecond].randomElement(
            using: &random)
        let (year, month, day) = (
            Int.random(in: 2011...2013, using: &random), Int.random(in: 1...12, using: &random),
            Int.random(in: 1...28, using: &random)
        )
        self.init(precision ?? .year, year, month, day, using: &random)
    }

    init(
        _ precision: Calendar.Component, _ year: Int, _ month: Int, _ day: Int, using random: inout SeededGenerator
    ) {
        var components = DateComponents(year: year, month: 1, day: 1)
        var text = String(format: "%04d", year)
        if precision != .year {
            components.month = month
            text += String(format: "-%02d", month)
        }
        if precision != .year, precision != .month {
            components.day = day
            text += String(format: "-%02d", day)
        }
        var unit = precision
        var milliseconds: Int64 = 0
        if [.minute, .second, .nanosecond].contains(precision) {
            let offset = [0, 60, -300, 330, 840, -840].randomElement(using: &random) ?? 0
            components.timeZone = TimeZone(secondsFromGMT: offset * 60)
            components.hour = Int.random(in: 0...23, using: &random)
            components.minute = [0, 30, 59].randomElement(using: &random)
            text += String(format: "T%02d:%02d", components.hour ?? 0, components.minute ?? 0)
            if precision != .minute {
                components.second = [0, 59].randomElement(using: &random)
                text += String(format: ":%02d", components.second ?? 0)
            }
            if precision == .nanosecond {
                unit = .second
                milliseconds = Int64.random(in: 0...999, using: &random)
                text += String(format: ".%03d", milliseconds)
            }
            let sign = offset < 0 ? "-" : "+"
            text += offset == 0 ? "Z" : sign + String(format: "%02d:%02d", abs(offset) / 60, abs(offset) % 60)
        }
        let start = ModelDate.calendar.date(from: components) ?? .distantPast
        let end = ModelDate.calendar.date(byAdding: unit, value: 1, to: start) ?? .distantPast
        self.text = text
        lower = Int64(start.timeIntervalSince1970) * 1_000 + milliseconds
        upper = precision == .nanosecond ? lower + 1 : Int64(end.timeIntervalSince1970) * 1_000
    }
}

/// A value that an observation may have.
enum ModelValue {
    case none
    case quantity(String)
    case string(String)
    case boolean(Bool)
}

/// A record as the model of a query sees it: the facts that its JSON is written from.
struct ModelRecord {
    let type: ResourceType
    let id: String
    let patient: String?
    let codes: [(code: String, system: String)]
    let date: ModelDate?
    let value: ModelValue
    let audience: UInt64

    static let types: [ResourceType] = [.patient, .observation, .condition, .encounter, .organization]
    static let patients = ["p1", "p2", "p-3"]
    static let codes = ["a", "b", "a b", "ab", "é"]
    static let systems = ["http://loinc.org", "http://s", ""]
    /// Of records alone: texts that go on behind a zero where others end.
    private static let rarities = (codes: ["a\u{0}", "a\u{0}b"], systems: ["http://s\u{0}", "\u{0}"])
    static let numbers = ["0", "-0", "1", "1.0", "1.50", "15e-1", "-2", "1E2", "99.999", "1e-400"]
    static let strings = ["", "x", "X", "é", "10"]

    init(
        type: ResourceType, id: String, patient: String?, codes: [(code: String, system: String)], date: ModelDate?,
        value: ModelValue, audience: UInt64
    ) {
        self.type = type
        self.id = id
        self.patient = patient
        self.codes = codes
        self.date = date
        self.value = value
        self.audience = audience
    }

    init(number: Int, using random: inout SeededGenerator) {
        let type = ModelRecord.types.randomElement(using: &random) ?? .patient
        self.type = type
        audience = UInt64.random(in: 1...3, using: &random)
        let owner = ModelRecord.patients.randomElement(using: &random)
        switch type {
        case .patient: (id, patient) = ("q\(number)", "q\(number)")
        case .organization: (id, patient) = ("r\(number)", nil)
        default: (id, patient) = ("r\(number)", Int.random(in: 0..<8, using: &random) == 0 ? nil : owner)
        }
        var codes: [(code: String, system: String)] = []
        if type == .observation || type == .condition {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                codes.append(
                    (
                        (ModelRecord.codes + ModelRecord.rarities.codes).randomElement(using: &random) ?? "",
                        (ModelRecord.systems + ModelRecord.rarities.systems).randomElement(using: &random) ?? ""
                    ))
            }
        }
        self.codes = codes
        let hasDate = type != .patient && type != .organization && Int.random(in: 0..<6, using: &random) > 0
        date = hasDate ? ModelDate(using: &random) : nil
        switch type == .observation ? Int.random(in: 0..<6, using: &random) : 0 {
        case 0: value = .none
        case 1: value = .string(ModelRecord.strings.randomElement(using: &random) ?? "")
        case 2: value = .boolean(.random(using: &random))
        default: value = .quantity(ModelRecord.numbers.randomElement(using: &random) ?? "0")
        }
    }

    var json: String {
        var members = [#""resourceType":"\#(type.name)""#, #""id":"\#(id)""#]
        if type != .patient, let patient { members.append(#""subject":{"reference":"Patient/\#(patient)"}"#) }
        if !codes.isEmpty {
            let codings = codes.map { coding in
                (coding.system.isEmpty ? "" : #""system":"\#(coding.system.escaped)","#)
                    + #""code":"\#(coding.code.escaped)""#
            }
            members.append(#""code":{"coding":["# + codings.map { "{\($0)}" }.joined(separator: ",") + "]}")
        }
        if let date { members.append(dateMember(date.text)) }
        switch value {
        case .none: break
        case .quantity(let number): members.append(#""valueQuantity":{"value":\#(number)}"#)
        case .string(let text): members.append(#""valueString":"\#(text)""#)
        case .boolean(let value): members.append(#""valueBoolean":\#(value)"#)
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func dateMember(_ text: String) -> String {
        switch type {
        case .condition: #""recordedDate":"\#(text)""#
        case .encounter: #""period":{"start":"\#(text)"}"#
        default: #""effectiveDateTime":"\#(text)""#
        }
    }

    /// The cell that one of the paths of `RandomStatements` shows.
    func cell(_ path: String) -> Cell {
        switch path {
        case "id": return .string(id)
        case "patient": return patient.map { .string("Patient/" + $0) } ?? .null
        case "date": return date.map { .string($0.text) } ?? .null
        case "resource": return .json(json)
        case "resourceType": return .string(type.name)
        case "code.coding.code":
            if codes.count > 1 {
                return .json("[" + codes.map { "\"\($0.code.escaped)\"" }.joined(separator: ",") + "]")
            }
            return codes.first.map { .string($0.code) } ?? .null
        case "value.value":
            switch value {
            case .none: return .null
            case .quantity(let number): return .number(number)
            // What a primitive stands for is its element `value`.
            case .string(let text): return .string(text)
            case .boolean(let value): return .boolean(value)
            }
        case "value":
            switch value {
            case .none: return .null
            case .quantity(let number): return .json(#"{"value":\#(number)}"#)
            case .string(let text): return .string(text)
            case .boolean(let value): return .boolean(value)
            }
        case "subject.exists()":
            return .boolean(type != .patient && patient != nil)
        case "code.coding.count()": return .number(String(codes.count))
        default: preconditionFailure("the model knows no \(path)")
        }
    }
}

extension String {
    /// The text as it stands in JSON, as far as the model's texts need it.
    fileprivate var escaped: String { replacing("\0", with: "\\u0000") }
}
