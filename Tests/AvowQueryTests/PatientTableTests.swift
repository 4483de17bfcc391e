import AvowFHIR
import TestSupport
import Testing

@testable import AvowQuery

@Suite struct `Tables of patients and of their events` {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `keys are numbered in the order of their coming, as a dictionary would`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = NumberedKeys<UInt64>()
        var model: [UInt64: Int] = [:]
        for round in 0..<3 {
            for _ in 0..<2_000 {
                let key = Bool.random(using: &random) ? UInt64(random.below(900)) : random.next() << 40
                let (number, isNew) = table.insert(key)
                #expect(isNew == (model[key] == nil), "seed \(seed), round \(round)")
                if isNew { model[key] = model.count }
                #expect(number == model[key])
                let other = UInt64(random.below(2_000))
                #expect(table.number(of: other) == model[other])
            }
            #expect(table.count == model.count)
            #expect(table.keys.indices.allSatisfy { model[table.keys[$0]] == $0 })
            table.removeAll()
            model = [:]
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `sets are combined as sets are`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let left = (0..<random.below(40)).map { _ in UInt64(random.below(50)) }
            let right = (0..<random.below(40)).map { _ in UInt64(random.below(50)) }
            func combined(_ operation: SetOperation) -> Set<UInt64> {
                Set(PseudonymSet(left).combined(operation, PseudonymSet(right)).keys)
            }
            #expect(combined(.union) == Set(left).union(right), "seed \(seed)")
            #expect(combined(.intersection) == Set(left).intersection(right), "seed \(seed)")
            #expect(combined(.difference) == Set(left).subtracting(right), "seed \(seed)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `months and years move the calendar's, as quantities of them do`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let instant = Int64(random.below(200_000) - 100_000) * 86_400_000 + Int64(random.below(86_400_000))
            let count = random.pick([random.below(40), random.below(30_000), Int.max / 5])
            let unit = random.pick([CalendarDistance.Unit.months, .years])
            let distance = CalendarDistance(count, unit)
            let start = try #require(FHIRDateTime(instant: instant))
            func moved(_ count: Int) throws -> Int64? {
                let quantity = FHIRQuantity(FHIRDecimal(count), .calendar(unit == .months ? .month : .year))
                return count.magnitude > 1 << 40 ? nil : try start.adding(quantity)?.lowerBound
            }
            #expect(distance.added(to: instant) == (try moved(count) ?? .max), "seed \(seed), \(instant)")
            #expect(distance.subtracted(from: instant) == (try moved(-count) ?? .min), "seed \(seed), \(instant)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `an event is found near a date as looking at each would find it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let day: Int64 = 86_400_000
        for _ in 0..<400 {
            let span = random.pick([3, 40, 800])
            // Around the ends of months, where the calendar is uneven.
            let start = random.pick([0, 58, 789, 1_154]) * day
            let unit = random.pick([CalendarDistance.Unit.hours, .days, .months, .years])
            let distance = Bool.random(using: &random) ? CalendarDistance(random.below(40), unit) : nil
            let side = random.pick(
                distance == nil
                    ? [TemporalRelation.Side.before, .after] : [TemporalRelation.Side.before, .after, .around])
            let choice = random.pick([TemporalRelation.Choice?.none, .first, .last])
            let test = TemporalTest(table: 0, distance: distance, side: side, choice: choice)
            var events = PatientEvents(keeping: test.kept)
            var model: [UInt64: [PatientEvent]] = [:]
            for number in 0..<random.below(30) {
                let owner = UInt64(random.below(3))
                let date = start + Int64(random.below(span)) * day + Int64(random.below(3)) * 3_600_000
                events.append(PatientEvent(date: date, number: UInt64(number)), of: owner)
                model[owner, default: []].append(PatientEvent(date: date, number: UInt64(number)))
            }
            events.sort()
            for _ in 0..<20 {
                let owner = UInt64(random.below(4))
                // A record that is an event itself, or another.
                var date = start + Int64(random.below(span + 10) - 5) * day + Int64(random.below(3)) * 3_600_000
                var number: UInt64 = 100
                if Bool.random(using: &random), let event = model[owner]?.randomElement(using: &random) {
                    (date, number) = (event.date, event.number)
                }
                let all = model[owner] ?? []
                let decisive = choice == .first ? all.map(\.date).min() : all.map(\.date).max()
                let expected = all.contains { event in
                    if choice != nil, event.date != decisive { return false }
                    let alone = TemporalTest(table: 0, distance: distance, side: side, choice: .first)
                    return alone.holds(of: date, number, [event])
                }
                #expect(test.holds(of: date, number, events.of(owner)) == expected, "seed \(seed)")
            }
        }
    }
}
