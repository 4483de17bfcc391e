import Foundation

/// One Swift file of the package, as its lines.
struct SourceFile: CustomStringConvertible {
    /// The path from the package's root: `Sources/AvowTree/Cursor.swift`.
    let path: String
    let lines: [String]

    /// `Sources` or `Tests`.
    var area: String { path.split(separator: "/").first.map(String.init) ?? "" }
    /// The folder of its target.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var description: String { path }

    /// Each line without comments and the contents of string literals, so that words in them do not
    /// count. Approximate: it knows `//`, `/* */` on lines of their own, `"…"`, `#"…"#` and `"""`.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.components(separatedBy: "\n")
        code = SourceFile.stripped(lines)
    }

    private static func stripped(_ lines: [String]) -> [String] {
        var isInsideText = false
        return lines.map { line in
            let parts = line.components(separatedBy: "\"\"\"")
            if parts.count.isMultiple(of: 2) {
                defer { isInsideText.toggle() }
                return isInsideText ? withoutLiterals(parts.last ?? "") : withoutLiterals(parts[0]) + "\"\""
            }
            return isInsideText ? "" : withoutLiterals(line)
        }
    }

    private static func withoutLiterals(_ line: String) -> String {
        var result = ""
        var isInsideLiteral = false
        var isEscaped = false
        var previous: Character = " "
        for character in line {
            if isInsideLiteral {
                if character == "\"" && !isEscaped {
                    isInsideLiteral = false
                    result.append(character)
                }
                isEscaped = character == "\\" && !isEscaped
            } else {
                if character == "/" && previous == "/" { return String(result.dropLast()) }
                if character == "\"" { isInsideLiteral = true }
                result.append(character)
            }
            previous = character
        }
        return result
    }
}

/// The Swift files of the package.
enum SourceTree {
    /// The package's folder, found from where this file was compiled.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files under `Sources` and `Tests`, in order of their paths.
    static let files: [SourceFile] = ["Sources", "Tests"].flatMap { area in
        let folder = root.appending(path: area)
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
            return text.map { SourceFile(path: "\(area)/\(path)", text: $0) }
        }
    }

    static var sources: [SourceFile] { files.filter { $0.area == "Sources" } }
}
