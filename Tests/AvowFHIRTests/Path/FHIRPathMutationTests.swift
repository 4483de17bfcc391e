import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

/// The expressions of HL7's suite, changed at random.
@Suite("Changed expressions", .enabled(if: FHIRPathSuite.isAvailable)) struct FHIRPathMutationTests {
    @Test func `are survived`() throws {
        let seed: UInt64 = 11
        var random = SeededGenerator(seed: seed)
        let expressions = try FHIRPathSuite.groups().flatMap(\.cases).map { Array($0.expression.utf8) }
        let resource = try FHIRPathSuite.input("patient-example.xml")
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 50_000
        var taken = 0
        for _ in 0..<20_000 {
            var text = expressions.randomElement(using: &random)!
            let other = expressions.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) where !text.isEmpty {
                let place = Int.random(in: text.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[place] = UInt8.random(in: 0...255, using: &random)
                case 1: text.remove(at: place)
                case 2: text.insert(text.randomElement(using: &random)!, at: place)
                default: text = Array(text[..<place] + other[min(place, other.count)...])
                }
            }
            let expression = String(decoding: text, as: UTF8.self)
            do throws(FHIRPathError) {
                _ = try FHIRPath(expression, options: .lenient).evaluate(on: resource, in: environment)
                taken += 1
            } catch {
                #expect(error.range.upperBound <= expression.utf8.count, "seed \(seed): \(expression)")
                #expect(!error.rendered(in: expression).isEmpty)
            }
        }
        #expect(taken > 2_000)
    }
}
