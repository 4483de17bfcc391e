import AvowFHIR
import Testing

@testable import AvowQuery

@Suite struct `Rows by type` {
    private static let result = QueryResult(
        columns: ["id", "n", "value", "date", "flag", "quantity", "resource"],
        rows: [
            [
                .string("a"), .number("3"), .number("6.80"), .string("2020-05"), .boolean(true),
                .json(#"{"value":6.8,"unit":"%","system":"http://unitsofmeasure.org","code":"%"}"#),
                .json(
                    #"{"status":"final","code":{"coding":[{"system":"s","code":"c"},{"code":"d"}]},"value":[1,2.5]}"#),
            ],
            [.string("b"), .number("4"), .null, .null, .boolean(false), .null, .json("{}")],
        ], audiences: [])

    private static func failure<Value>(_ body: () throws(RowValueError) -> Value) -> RowValueError? {
        do throws(RowValueError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `values are read by name and by place`() throws {
        let row = Self.result.typedRows[0]
        #expect(try row.value("id", as: String.self) == "a")
        #expect(try row.value(at: 1, as: Int.self) == 3)
        #expect(try row.value("value", as: FHIRDecimal.self).description == "6.80")
        #expect(try row.value("value", as: Double.self) == 6.8)
        #expect(try row.value("date", as: FHIRDateTime.self).text == "2020-05")
        #expect(try row.value("flag", as: Bool.self))
        let quantity = try row.value("quantity", as: FHIRQuantity.self)
        #expect(quantity.unit == .ucum("%") && quantity.value == FHIRDecimal("6.8"))
        #expect(try row.value("resource", as: JSONText.self).text.hasPrefix("{\"status\""))
        let other = Self.result.typedRows[1]
        #expect(try other.value("value", as: FHIRDecimal?.self) == nil)
        #expect(try other.value("n", as: Int?.self) == 4)
        #expect(other["none"] == nil && other["n"] == .number("4"))
    }

    @Test func `errors name the row, the column, what was expected and what was found`() {
        let row = Self.result.typedRows[1]
        func expect<Value: CellValue>(_ column: String, _ type: Value.Type, _ expected: String) {
            let error = Self.failure { () throws(RowValueError) in try row.value(column, as: type) }
            #expect(error?.description == "row 1, column '\(column)': expected \(expected)")
        }
        expect("value", Int.self, "a whole number, found null")
        expect("id", Int?.self, "a whole number or null, found the text 'b'")
        expect("n", String.self, "text, found the number 4")
        expect("dat", String.self, "text, found no such column; did you mean 'date'?")
        let outside = Self.failure { () throws(RowValueError) in try row.value(at: 7, as: Bool.self) }
        #expect(outside?.expected == "true or false" && outside?.found == "7 columns, counted from 0")
        for wrong in ["6.80", "1e40", "-0.5"] {
            let row = ResultRow(columns: ["x"], cells: [.number(wrong)], number: 0)
            #expect(Self.failure { () throws(RowValueError) in try row.value("x", as: Int.self) } != nil)
        }
    }

    private struct Reading: Decodable, Equatable {
        enum Status: String, Decodable { case final, amended }
        struct Coding: Decodable, Equatable {
            let system: String?
            let code: String
        }
        struct Concept: Decodable, Equatable { let coding: [Coding] }
        struct Resource: Decodable, Equatable {
            let status: Status?
            let code: Concept?
            let value: [FHIRDecimal]?
        }

        let id: String
        let count: UInt8
        let value: FHIRDecimal?
        let date: FHIRDateTime?
        let flag: Bool
        let quantity: FHIRQuantity?
        let resource: Resource

        enum CodingKeys: String, CodingKey {
            case id, value, date, flag, quantity, resource
            case count = "n"
        }
    }

    @Test func `structures are decoded, with JSON within them`() throws {
        let readings = try Self.result.rows(as: Reading.self)
        #expect(readings.count == 2)
        #expect(readings[0].count == 3 && readings[0].value?.description == "6.80")
        #expect(readings[0].resource.code?.coding == [.init(system: "s", code: "c"), .init(system: nil, code: "d")])
        #expect(readings[0].resource.status == .final)
        #expect(readings[0].resource.value?.map(\.description) == ["1", "2.5"])
        #expect(readings[1].date == nil && readings[1].resource == .init(status: nil, code: nil, value: nil))
        let numbers = QueryResult(columns: ["n"], rows: [[.number("1")], [.number("2")]], audiences: [])
        #expect(try numbers.rows(as: Int.self) == [1, 2])
        #expect(try numbers.rows(as: Int?.self) == [1, 2])
        #expect(try Self.result.typedRows[0].decode([String: JSONText].self).count == 7)
    }

    private struct Wanted<Value: Decodable>: Decodable { let value: Value }
    private struct Missing: Decodable { let valeu: Int? }
    private struct Deep: Decodable {
        struct Inner: Decodable { let code: Code }
        struct Code: Decodable { let coding: [Int] }
        let resource: Inner
    }
    private struct Enumerated: Decodable { let id: Reading.Status }

    @Test func `what cannot be decoded says where, and what was expected and found`() {
        func failure<Value: Decodable>(_ type: Value.Type) -> String? {
            Self.failure { () throws(RowValueError) in try Self.result.rows(as: type) }?.description
        }
        let prefix = "row 0, column 'value': expected"
        #expect(failure(Wanted<FHIRDecimal>.self) == "row 1, column 'value': expected a number, found null")
        #expect(failure(Wanted<Bool>.self) == "\(prefix) true or false, found the number 6.80")
        #expect(failure(Wanted<Int8>.self) == "\(prefix) a whole number that Int8 holds, found the number 6.80")
        #expect(failure(Missing.self)?.hasSuffix("found no such column; did you mean 'value'?") == true)
        #expect(
            failure(Deep.self)?
                .hasPrefix("row 0, column 'resource.code.coding[0]': expected a whole number, found the JSON {") == true
        )
        #expect(failure(Enumerated.self)?.hasPrefix("row 0, column 'id': expected ") == true)
        #expect(failure(Enumerated.self)?.hasSuffix("found the text 'a'") == true)
        #expect(failure(Int.self) == "row 0, column '': expected one column, with a whole number, found 7 columns")
        #expect(failure([Int].self) != nil)
    }
}
