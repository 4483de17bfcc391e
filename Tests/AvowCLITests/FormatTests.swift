import Foundation
import Testing

@testable import AvowCLI

@Suite struct `JSON text` {
    @Test func `every scalar of the first planes is read back as it was written`() throws {
        var text = ""
        for value in UInt32(0)...0x2fff {
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        text += "🩺\u{10ffff}"
        let json = JSONText.object([(name: "a\"b", json: JSONText.string(text))])
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
        let member = try #require(parsed["a\"b"])
        #expect(Array(member.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test func `what upsets terminals is escaped`() {
        #expect(JSONText.string("\u{1b}\u{9b}\u{2028}\n\"\\") == #""\u001b\u009b\u2028\n\"\\""#)
        #expect(JSONText.object([]) == "{}")
    }
}

@Suite struct `Figures for people` {
    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_549, "1.5 kB"), (9_949, "9.9 kB"), (9_950, "10 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (355_000_000, "355 MB"), (-2_500, "-2.5 kB"),
        (Int.max, "9.2 EB"), (Int.min, "-9.2 EB"),
    ])
    func `bytes`(count: Int, text: String) {
        #expect(HumanFormat.bytes(count) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `counts`(count: Int, text: String) {
        #expect(HumanFormat.count(count) == text)
    }

    @Test func `counts with what is counted`() {
        #expect(HumanFormat.count(1, "patient") == "1 patient")
        #expect(HumanFormat.count(0, "patient") == "0 patients")
        #expect(HumanFormat.count(2_000, "entry", "entries") == "2,000 entries")
    }

    @Test(arguments: [
        (Duration.zero, "0 µs"), (.microseconds(850), "850 µs"), (.nanoseconds(999_499), "999 µs"),
        (.nanoseconds(999_500), "1.0 ms"), (.microseconds(1_500), "1.5 ms"), (.microseconds(9_940), "9.9 ms"),
        (.milliseconds(10), "10 ms"), (.milliseconds(999), "999 ms"), (.microseconds(999_600), "1.0 s"),
        (.seconds(59), "59 s"), (.milliseconds(59_600), "1 min 00 s"), (.seconds(125), "2 min 05 s"),
        (.seconds(3_599.7), "1 h 00 min"), (.seconds(12_000), "3 h 20 min"), (.seconds(-3), "-3.0 s"),
    ])
    func `durations`(duration: Duration, text: String) {
        #expect(HumanFormat.duration(duration) == text)
    }
}

/// Time that passes when a test says so, and what was written meanwhile.
private final class Scene {
    var time = Duration.zero
    var output: [String] = []

    func bar(
        total: Int?, columns: Int = 80, environment: [String: String] = ["TERM": "xterm", "NO_COLOR": "1"]
    )
        -> ProgressBar
    {
        let terminal = Terminal(isTerminal: true, columns: columns, environment: environment)
        return ProgressBar(
            "Importing", total: total, terminal: terminal, now: { self.time },
            write: { self.output.append($0) })
    }
}

@Suite struct `A progress bar` {
    @Test func `shows how much is done and how long the rest will take`() {
        let scene = Scene()
        var bar = scene.bar(total: 200)
        scene.time = .seconds(6)
        bar.update(120)
        #expect(
            scene.output == [
                "\rImporting  ━━━━━━━━━━━━━━━━━━────────────   60 %  120 of 200  4.0 s left\u{1b}[K"
            ])
    }

    @Test func `updates at most ten times a second`() {
        let scene = Scene()
        var bar = scene.bar(total: 10_000)
        for step in 0..<10_000 {
            scene.time = .milliseconds(step)
            bar.update(step)
        }
        #expect(scene.output.count == 100)
    }

    @Test func `gives no estimate before it has seen enough`() {
        let scene = Scene()
        var bar = scene.bar(total: 200)
        bar.update(0)
        scene.time = .milliseconds(900)
        bar.update(50)
        #expect(scene.output.count == 2)
        #expect(scene.output.allSatisfy { !$0.contains("left") })
    }

    @Test func `removes itself once, and only when it was shown`() {
        let scene = Scene()
        var bar = scene.bar(total: 10)
        bar.clear()
        #expect(scene.output.isEmpty)
        bar.update(1)
        bar.clear()
        bar.clear()
        #expect(scene.output.count == 2)
        #expect(scene.output.last == "\r\u{1b}[K")
    }

    @Test func `stays silent in a pipe and on a dumb terminal`() {
        let scene = Scene()
        var dumb = scene.bar(total: 10, environment: ["TERM": "dumb"])
        dumb.update(5)
        dumb.clear()
        let pipe = Terminal(isTerminal: false, columns: nil, environment: ["TERM": "xterm"])
        var piped = ProgressBar(
            "Importing", total: 10, terminal: pipe, now: { scene.time }, write: { scene.output.append($0) })
        piped.update(5)
        piped.clear()
        #expect(scene.output.isEmpty)
    }

    @Test func `stays inside the terminal, whatever its width and however wrong the numbers`() {
        for columns in [1, 5, 20, 40, 60, 80, 200] {
            for (done, total) in [
                (0, 10), (10, 10), (11, 10), (-1, 10), (5, 0), (7, nil), (Int.max, Int.max),
            ] as [(Int, Int?)] {
                let scene = Scene()
                var bar = scene.bar(total: total, columns: columns)
                scene.time = .seconds(5)
                bar.update(done)
                let line = scene.output[0].dropFirst().dropLast(3)
                #expect(DisplayText.width(of: String(line)) <= max(1, columns - 1), "\(columns): \(line)")
            }
        }
    }
}
