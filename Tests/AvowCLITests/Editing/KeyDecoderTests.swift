import TestSupport
import Testing

@testable import AvowCLI

@Suite struct `Keys` {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.take(text.utf8) + decoder.finish()
    }

    @Test(
        arguments: [
            ("abc", [.text("abc")]), ("ä霧👩‍👩‍👧", [.text("ä霧👩‍👩‍👧")]),
            ("a\rb", [.text("a"), .enter, .text("b")]), ("\n", [.enter]), ("\t\u{1b}[Z", [.tab, .backTab]),
            ("\u{1b}[A\u{1b}[B\u{1b}[C\u{1b}[D", [.up, .down, .right, .left]),
            ("\u{1b}OA\u{1b}OH\u{1b}OF", [.up, .home, .end]), ("\u{1b}[1~\u{1b}[4~\u{1b}[3~", [.home, .end, .delete]),
            ("\u{1b}[1;5C\u{1b}[1;3D", [.wordRight, .wordLeft]),
            ("\u{1b}b\u{1b}f\u{1b}d", [.alt("b"), .alt("f"), .alt("d")]),
            ("\u{1b}\r\u{1b}[13;2u\u{1b}[27;2;13~", [.lineBreak, .lineBreak, .lineBreak]),
            ("\u{7f}\u{8}\u{1b}\u{7f}\u{1b}[3;5~", [.backspace, .backspace, .alternateBackspace, .alternateDelete]),
            ("\u{1}\u{12}\u{1f}", [.control("a"), .control("r"), .control("_")]), ("\u{1b}", [.escape]),
            ("\u{1b}\u{1b}[A", [.escape, .up]), ("a\u{1b}[99;99;99Xb", [.text("ab")]), ("\u{0}x", [.text("x")]),
            ("\u{1b}[200~SELECT 1\r\nFROM\tx\u{1b}[A\u{1b}[201~\r", [.paste("SELECT 1\nFROM    x[A"), .enter]),
        ] as [(String, [Key])])
    func `are told from what a terminal sends`(input: String, expected: [Key]) {
        #expect(keys(input) == expected)
    }

    @Test func `come out the same in whatever pieces the bytes come`() {
        let input = Array("ä\u{1b}[1;5Cb\u{1b}[200~one\ntwo\u{1b}[201~\u{1b}f霧\r".utf8)
        let expected: [Key] = [.text("ä"), .wordRight, .text("b"), .paste("one\ntwo"), .alt("f"), .text("霧"), .enter]
        for size in 1...input.count {
            var decoder = KeyDecoder()
            var found: [Key] = []
            for start in stride(from: 0, to: input.count, by: size) {
                found += decoder.take(input[start..<min(input.count, start + size)])
            }
            #expect(found + decoder.finish() == expected, "pieces of \(size)")
        }
    }

    @Test func `come out of any bytes, without a control character among the text`() {
        for seed in UInt64(1)...300 {
            var random = Random(seed: seed)
            var decoder = KeyDecoder()
            var found: [Key] = []
            for _ in 0..<40 {
                let start: [UInt8] = [[0x1b], [0x1b, 0x5b], Array("\u{1b}[200~".utf8), [0xf0, 0x9f], []][
                    random.below(5)]
                found += decoder.take(start + (0..<random.below(6)).map { _ in UInt8(random.below(256)) })
                if random.below(4) == 0 { found += decoder.finish() }
            }
            for key in found {
                let (text, allowed): (String, Bool) =
                    switch key {
                    case .text(let text): (text, false)
                    case .paste(let text): (text, true)
                    default: ("", false)
                    }
                let isClean = text.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control || allowed && $0 == "\n"
                }
                #expect(isClean, "seed \(seed): \(key)")
            }
        }
    }
}

/// The same numbers for the same seed, everywhere (SplitMix64).
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
