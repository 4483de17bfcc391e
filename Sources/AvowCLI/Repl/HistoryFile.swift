import AvowFHIR
import AvowQuery
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The statements of earlier sessions, in a file that only its owner may read.
///
/// One statement a line, as a JSON string, the oldest first. Statements that name a person are not written
/// (``namesPerson(_:)``); they stay in the memory of the session that they were entered in.
struct HistoryFile {
    /// At most so many statements are kept, and so many bytes; the oldest go first.
    static let mostStatements = 1_000
    static let mostBytes = 256 << 10

    let path: String

    /// The file of this user: `avow/history` in `$XDG_STATE_HOME`, or in `~/.local/state` (XDG Base Directory
    /// Specification 0.8); or what `AVOW_HISTORY` says. Nil when `AVOW_HISTORY` is `off`, or nobody has a home.
    init?(environment: [String: String]) {
        if let chosen = environment["AVOW_HISTORY"], !chosen.isEmpty {
            guard chosen != "off" else { return nil }
            path = chosen
            return
        }
        // The specification tells to ignore relative paths.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            path = state + "/avow/history"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.local/state/avow/history"
        } else {
            return nil
        }
    }

    init(path: String) {
        self.path = path
    }

    /// The statements in the file, the oldest first; none when it cannot be read. Lines that are none are passed over.
    func read() -> [String] {
        guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? handle.close() }
        // Somebody else may have made the file longer than this ever would.
        guard let data = try? handle.read(upToCount: 2 * HistoryFile.mostBytes) else { return [] }
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? decoder.decode(String.self, from: Data(line))
        }
    }

    /// Adds a statement, unless it names a person or is the last one again. What other sessions have added meanwhile
    /// stays.
    ///
    /// - Returns: what the system said when the file could not be written.
    @discardableResult
    func add(_ statement: String) -> String? {
        guard !HistoryFile.namesPerson(statement) else { return nil }
        var statements = read()
        guard statements.last != statement else { return nil }
        statements.append(statement)
        return write(statements)
    }

    /// Removes the file.
    func clear() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes the file whole, in the place of the old one, or not at all.
    func write(_ statements: [String]) -> String? {
        var lines: [[UInt8]] = []
        var size = 0
        for statement in statements.suffix(HistoryFile.mostStatements).reversed() {
            let line = Array(JSONText.string(statement).utf8) + [UInt8(ascii: "\n")]
            size += line.count
            guard size <= HistoryFile.mostBytes else { break }
            lines.append(line)
        }
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            if !FileManager.default.fileExists(atPath: folder.path) {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            return FileAccess.reason(error)
        }
        let temporary = "\(path).\(getpid())"
        // Paths are C strings for the length of a call, here and below.
        unsafe unlink(temporary)
        // A new file, or none: what somebody else has put there is not written to.
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return HistoryFile.reason() }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(lines.reversed().joined()))
            try handle.close()
        } catch {
            unsafe unlink(temporary)
            return FileAccess.reason(error)
        }
        guard unsafe rename(temporary, path) == 0 else {
            let reason = HistoryFile.reason()
            unsafe unlink(temporary)
            return reason
        }
        return nil
    }

    private static func reason() -> String {
        // The text is copied before anything else can call strerror.
        unsafe String(cString: strerror(errno))
    }

    // MARK: What is not kept

    /// Parameters and elements whose values tell who somebody is.
    private static let personal: Set<String> = [
        "patient", "subject", "_id", "id", "identifier", "name", "family", "given", "phonetic", "birthdate",
        "birthDate",
        "telecom", "phone", "email", "address",
    ]

    /// Whether resources of a type are a patient's, or one. Those who treat them ask, and are named with each question.
    private static func isOfPatients(_ type: String) -> Bool {
        ResourceType(name: type) != nil && !["Practitioner", "PractitionerRole", "Organization"].contains(type)
    }

    /// Whether a statement seems to name a person: by a reference to a patient or a patient's record, or by a value for a parameter or element
    /// such as `_id`, `family` or `birthdate`.
    ///
    /// It looks at words, and it rather takes a statement for such a one than not; but no list of words can be complete.
    static func namesPerson(_ statement: String) -> Bool {
        let lexemes = QueryText.lexemes(of: statement).filter { $0.kind != .comment }
        let bytes = Array(statement.utf8)
        func text(_ lexeme: Lexeme) -> String {
            String(decoding: bytes[lexeme.range.lowerBound..<lexeme.range.upperBound], as: UTF8.self)
        }
        for (index, lexeme) in lexemes.enumerated() {
            let word = text(lexeme)
            if lexeme.kind == .quotation || lexeme.kind == .unterminated {
                let type = word.dropFirst().prefix { $0 != "/" }
                if type.utf8.count < word.utf8.count - 1, isOfPatients(String(type)) { return true }
                continue
            }
            let next = index + 1 < lexemes.count ? text(lexemes[index + 1]) : ""
            if next == "/", isOfPatients(word) { return true }
            let name = word.split(separator: "-").first.map(String.init) ?? word
            // Columns of views are called patient_id, birth_date and the like.
            let parts = word.lowercased().split(separator: "_").map(String.init)
            guard personal.contains(name) || parts.contains(where: { personal.contains($0) || $0 == "birth" }) else {
                continue
            }
            if ["=", "<", ">", "~", "!", ":", "-"].contains(next) { return true }
            guard ["IN", "BETWEEN", "LIKE"].contains(next.uppercased()) else { continue }
            // A query within a query names nobody by itself.
            let behind = lexemes[min(lexemes.count - 1, index + 3)]
            if text(behind).uppercased() != "SELECT" { return true }
        }
        return false
    }
}
