import Foundation
import Testing

@testable import AvowFHIR

@Suite struct `Folded texts` {
    @Test func `have no case, marks or punctuation, and single spaces`() {
        for (text, folded) in [
            ("O'Brien-Smith, Jr.", "obriensmith jr"), ("Ñandú", "nandu"), ("e\u{301}", "e"), ("Straße", "strasse"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("İstanbul", "istanbul"), ("ﬁn", "fin"), ("  a\t\u{A0}b\u{2003} ", "a b"), ("", ""),
            ("…", ""), ("ø", "ø"), ("Øre", "øre"), ("1+1=2", "1+1=2"), ("Привет Й", "привет и"), ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"), ("Ǆ", "ǆ"), ("K", "k"), ("日本", "日本"), ("Å", "a"), ("Å", "a"), ("ĳ", "ĳ"), ("Ĳ", "ĳ"),
        ] {
            #expect(TextFolding.folded(text) == folded, "\(text)")
        }
    }

    @Test func `are the same for canonically equivalent texts, and their own folded form`() {
        // Every character that the table or Hangul decomposes, as Foundation decomposes it.
        for value in (0x80...0x1FFFF as ClosedRange<UInt32>) {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else { continue }
            // Ideographs stay what they are, and Hangul is all alike.
            if (0x3400..<0xA000).contains(value) || (0xF900..<0xFB00).contains(value) { continue }
            if (0xB000..<0xD7A4).contains(value) { continue }
            let text = String(scalar)
            let folded = TextFolding.folded(text)
            if scalar.properties.numericType == nil, scalar.properties.isAlphabetic {
                let decomposed = TextFolding.folded(text.decomposedStringWithCanonicalMapping)
                #expect(folded.utf8.elementsEqual(decomposed.utf8), "\(String(value, radix: 16))")
            }
            #expect(TextFolding.folded(folded).utf8.elementsEqual(folded.utf8), "\(String(value, radix: 16))")
        }
    }
}
