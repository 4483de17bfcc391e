/// Something in a data file that is not as it must be.
public struct FileDamage: Hashable, Sendable {
    /// The page, counted from zero.
    public let page: UInt64
    /// Where in the file, in bytes; the start of the page when it concerns all of it.
    public let offset: UInt64
    /// The table that the page belongs to: its name, `(main)` for the table of tables, `(free)` for the list of
    /// free pages; nil when it belongs to none.
    public let table: String?
    /// What had to stand there.
    public let expected: String
    /// What stands there.
    public let found: String

    /// A damage of a page.
    public init(page: UInt64, offset: UInt64, table: String?, expected: String, found: String) {
        self.page = page
        self.offset = offset
        self.table = table
        self.expected = expected
        self.found = found
    }
}

extension FileDamage: CustomStringConvertible {
    /// The place, what was expected and what was found.
    public var description: String {
        let place = table.map { " of table '\($0)'" } ?? ""
        return "page \(page)\(place), offset \(offset): expected \(expected), found \(found)"
    }
}

/// How many pages of a file are of which kind.
public struct PageCounts: Hashable, Sendable {
    /// Meta pages.
    public internal(set) var meta: UInt64 = 0
    /// Pages that lead to others.
    public internal(set) var branch: UInt64 = 0
    /// Pages that hold small values.
    public internal(set) var leaf: UInt64 = 0
    /// Pages that hold large values.
    public internal(set) var overflow: UInt64 = 0
    /// Pages that may be used again.
    public internal(set) var free: UInt64 = 0
    /// Neither used nor free; these are damages too.
    public internal(set) var lost: UInt64 = 0

    /// No pages.
    public init() {}
}

/// What a check of a data file found.
public struct FileCheckReport: Hashable, Sendable {
    /// In the order in which they were found, at most ``damageLimit``.
    public internal(set) var damages: [FileDamage] = []
    /// How many more there are.
    public internal(set) var omittedDamages = 0
    /// How many pages of each kind there are.
    public internal(set) var pages = PageCounts()

    /// A file that is damaged all over is described well enough by so many.
    public static let damageLimit = 1_000

    /// Whether no damage was found.
    public var isHealthy: Bool { damages.isEmpty }

    mutating func add(_ damage: FileDamage) {
        if damages.count < FileCheckReport.damageLimit {
            damages.append(damage)
        } else {
            omittedDamages += 1
        }
    }
}
