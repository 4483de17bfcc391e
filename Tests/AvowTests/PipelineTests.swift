import AvowFHIR
import AvowProof
import AvowTree
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Avow

@Suite struct `The import pipeline` {
    @Test func `results of work come in the order in which it was handed in`() {
        let work = OrderedWork<Int>()
        for number in 0..<5_000 {
            work.submit {
                if number % 97 == 0 { usleep(50) }
                return number
            }
        }
        var taken: [Int] = []
        while let number = work.next() {
            taken.append(number)
            if number >= 0, number % 1_000 == 0 { work.submit { -number - 1 } }
        }
        let isInOrder = taken == Array(0..<5_000) + [-1, -1_001, -2_001, -3_001, -4_001]
        #expect(isInOrder)
        #expect(work.next() == nil)
        #expect(work.count == 0)
    }

    @Test func `whoever waits for work does meanwhile what nobody has begun`() {
        let caller = pthread_self().hashValue
        let hasHelped = Mutex(false)
        let hasBegun = DispatchSemaphore(value: 0)
        /// Keeps a core busy until the caller has done some of the work, or for ten seconds.
        @Sendable func waitForHelp() {
            for _ in 0..<100_000 {
                if hasHelped.withLock({ $0 }) { return }
                usleep(100)
            }
        }
        let work = OrderedWork<Int>()
        work.submit {
            hasBegun.signal()
            waitForHelp()
            return 0
        }
        hasBegun.wait()
        for number in 1...1_000 {
            work.submit {
                if pthread_self().hashValue == caller { hasHelped.withLock { $0 = true } }
                waitForHelp()
                return number
            }
        }
        #expect(work.next() == 0)
        #expect(hasHelped.withLock { $0 })
        for number in 1...1_000 { #expect(work.next() == number) }
    }

    @Test func `nothing is under way when the work that was handed in has no owner any more`() {
        let begun = Mutex(0)
        var work: OrderedWork<Int>? = OrderedWork()
        for _ in 0..<10_000 {
            work?.submit {
                begun.withLock { $0 += 1 }
                usleep(200)
                return 0
            }
        }
        work = nil
        let atOnce = begun.withLock { $0 }
        #expect(atOnce < 10_000)
        usleep(50_000)
        #expect(begun.withLock { $0 } == atOnce)
    }

    @Test func `a pool hands an element to one task at a time and keeps it for the next`() throws {
        final class Element {
            var isTaken = false
        }
        let made = Mutex(0)
        let pool = Pool<Element> {
            made.withLock { $0 += 1 }
            return Element()
        }
        let work = OrderedWork<Bool>()
        for _ in 0..<500 {
            work.submit {
                (try? pool.withElement { (element) throws(StoreError) in
                    let isMine = !element.isTaken
                    element.isTaken = true
                    usleep(20)
                    element.isTaken = false
                    return isMine
                }) ?? false
            }
        }
        while let isMine = work.next() { #expect(isMine) }
        #expect(made.withLock { $0 } <= 64)
    }

    @Test func `files that are read at once are taken in their order, and progress reaches the end`() throws {
        let fixture = try StoreFixture()
        let folder = try fixture.writeSamples(12, seed: 4)
        try Data("{\"resourceType\":".utf8).write(to: folder.appendingPathComponent("patient-10-cut.json"))
        try Data("no".utf8).write(to: folder.appendingPathComponent("patient-3-cut.json"))
        var steps: [ImportProgress] = []
        let rejects = Mutex<[String]>([])
        let summary = try fixture.store.importUnvalidated(
            at: [folder.path], progress: { steps.append($0) },
            reject: { reject in rejects.withLock { $0.append((reject.file as NSString).lastPathComponent) } })
        #expect(rejects.withLock { $0 } == ["patient-10-cut.json", "patient-3-cut.json"])
        #expect(steps.map(\.bytesRead) == steps.map(\.bytesRead).sorted())
        #expect(steps.last?.bytesRead == steps.last?.totalBytes)
        #expect(steps.last?.resources == summary.created + summary.unchanged)
        #expect(steps.count >= 14)
    }

    @Test func `lines of one large file make the same records as the files that they come from`() throws {
        let one = try StoreFixture()
        let many = try StoreFixture()
        let folder = try one.writeSamples(6, seed: 5)
        var lines: [UInt8] = []
        var reader = try ResourceReader(path: folder.path, validation: .none)
        while let item = reader.next() {
            if case .resource(let resource) = item { lines += resource.json + [10] }
        }
        let padding = [UInt8](repeating: 32, count: 40_000) + [10]
        var padded: [UInt8] = []
        for (number, line) in lines.split(separator: 10).enumerated() {
            padded += line + [10]
            if number % 7 == 0 { padded += padding }
        }
        #expect(padded.count > 3 << 20)
        let path = one.directory.appendingPathComponent("all.ndjson").path
        try Data(padded).write(to: URL(fileURLWithPath: path))
        let whole = try one.store.importUnvalidated(at: [path])
        let parts = try many.store.importUnvalidated(at: [folder.path])
        #expect(whole == parts)
        for query in [
            "SELECT * FROM Patient", "SELECT * FROM Observation WHERE code = loinc|29463-7 ORDER BY date, id",
        ] {
            #expect(try one.rows(query) == many.rows(query))
        }
        #expect(try one.checked() == [])
    }
}
