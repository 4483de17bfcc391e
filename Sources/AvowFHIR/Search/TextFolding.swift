/// The form of texts in which searches compare them (R4, section 3.1.1.4.8): what a reader takes for the same letters.
///
/// Upper and lower case are one. Accents and other marks on letters, and punctuation, count for nothing. White space
/// parts words, however much of it there is. Letters that Unicode does not take for a letter with a mark, such as `ø`,
/// stay what they are, as do symbols such as `+`.
///
/// Keys of indexes are made of this form. It follows from Unicode 14.0 alone, not from the system.
public enum TextFolding {
    /// A text in that form.
    ///
    /// - Complexity: O(length).
    public static func folded(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a text in that form, as UTF-8.
    ///
    /// - Complexity: O(length), without an allocation but what `bytes` needs to grow.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        // A space that is written when another word follows.
        var isBetween = false
        func append(_ scalar: Unicode.Scalar) {
            if scalar == " " {
                isBetween = bytes.count > start
                return
            }
            if isBetween { bytes.append(UInt8(ascii: " ")) }
            isBetween = false
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                let folded = ascii[Int(scalar.value)]
                if folded == 0 { continue }
                append(Unicode.Scalar(folded))
            } else if let run = runs.run(of: scalar.value) {
                run.fold(scalar.value, append)
            } else if (0xAC00..<0xD7A4).contains(scalar.value) {
                appendParts(ofSyllable: scalar.value - 0xAC00, append)
            } else {
                append(scalar)
            }
        }
    }

    /// A syllable of Hangul is made of two or three letters (Unicode, section 3.12).
    private static func appendParts(ofSyllable number: UInt32, _ append: (Unicode.Scalar) -> Void) {
        let parts = [0x1100 + number / 588, 0x1161 + number % 588 / 28, 0x11A7 + number % 28]
        for part in parts.prefix(number % 28 == 0 ? 2 : 3) {
            if let scalar = Unicode.Scalar(part) { append(scalar) }
        }
    }

    /// What the characters of ASCII become; 0 for those that count for nothing.
    private static let ascii: [UInt8] = (0..<128 as Range<UInt8>).map { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case 0x09...0x0D, 0x1C...0x20: 0x20
        default: "!\"#%&'()*,-./:;?@[\\]_{}".utf8.contains(byte) ? 0 : byte
        }
    }

    private static let runs = Runs(reading: table)

    /// The table, in the order of characters.
    private struct Runs {
        private var runs: [Run] = []

        init(reading table: StaticString) {
            for line in lines(of: table) {
                for entry in line.split(separator: ";") {
                    let numbers = entry.split(separator: " ").compactMap { UInt32($0, radix: 16) }
                    guard numbers.count >= 4 else { continue }
                    runs.append(
                        Run(
                            first: numbers[0], count: numbers[1], step: numbers[2], rise: numbers[3],
                            becomes: Array(numbers[4...])))
                }
            }
        }

        func run(of scalar: UInt32) -> Run? {
            var low = 0
            var high = runs.count
            while low < high {
                let middle = (low + high) / 2
                if runs[middle].first <= scalar { low = middle + 1 } else { high = middle }
            }
            return low > 0 && runs[low - 1].contains(scalar) ? runs[low - 1] : nil
        }
    }

    /// Characters at equal distances and what they become.
    private struct Run {
        let first: UInt32
        let count: UInt32
        let step: UInt32
        let rise: UInt32
        let becomes: [UInt32]

        func contains(_ scalar: UInt32) -> Bool {
            (scalar - first) % step == 0 && (scalar - first) / step < count
        }

        func fold(_ scalar: UInt32, _ append: (Unicode.Scalar) -> Void) {
            let offset = (scalar - first) / step * rise
            for value in becomes {
                if let scalar = Unicode.Scalar(value + offset) { append(scalar) }
            }
        }
    }
}
