/// Which bytes of an LMDB 0.9 data file are in use, and for what: found from the published layout of the file, without
/// any of the package's own code.
struct PageWalker {
    /// Bytes that belong together.
    struct Region {
        enum Kind: String, CaseIterable {
            /// What the meta pages say.
            case meta
            /// The header of a page: its number, kind and bounds.
            case pageHeader
            /// Where the nodes of a page begin.
            case pointers
            /// The header of a node: sizes, flags, a child's page, the page of a large value.
            case nodeHeader
            case key
            /// A value inside a leaf, the record of a table included.
            case value
            /// A value on pages of its own.
            case overflow
            /// Page numbers in the list of free pages.
            case freeList
        }

        let range: Range<Int>
        let kind: Kind
        let table: String
        /// The key that a key, a value or a node's header belongs to.
        let key: [UInt8]
    }

    private let file: [UInt8]
    private let pageSize: Int
    private(set) var regions: [Region] = []
    /// Pages that some table or the list of free pages uses, the meta pages included.
    private(set) var usedPages: Set<Int> = [0, 1]
    private(set) var freePages: Set<Int> = []

    init(_ file: [UInt8]) {
        self.file = file
        pageSize = Int(file[40]) | Int(file[41]) << 8
        let newest = number(144, 8) > number(pageSize + 144, 8) ? 0 : pageSize
        let older = newest == 0 ? pageSize : 0
        // Of the older meta page LMDB reads only what makes it one, and which of the two is newer.
        for range in [0..<32, 40..<46, 88..<94, 144..<152] {
            add(older + range.lowerBound..<older + range.upperBound, .meta)
        }
        add(newest..<newest + 152, .meta)
        walk(root: number(newest + 80, 8), depth: number(newest + 46, 2), table: "(free)")
        walk(root: number(newest + 128, 8), depth: number(newest + 94, 2), table: "(main)")
    }

    /// The number of bytes in use.
    var usedByteCount: Int { regions.reduce(0) { $0 + $1.range.count } }

    private func number(_ offset: Int, _ count: Int) -> Int {
        var result: UInt64 = 0
        for index in (0..<count).reversed() { result = result << 8 | UInt64(file[offset + index]) }
        return Int(truncatingIfNeeded: result)
    }

    private mutating func add(
        _ range: Range<Int>, _ kind: Region.Kind, _ table: String = "", _ key: [UInt8] = []
    ) {
        if !range.isEmpty { regions.append(Region(range: range, kind: kind, table: table, key: key)) }
    }

    private mutating func walk(root: Int, depth: Int, table: String) {
        guard root != -1 else { return }
        let start = root * pageSize
        usedPages.insert(root)
        let lower = number(start + 12, 2)
        add(start..<start + 16, .pageHeader, table)
        add(start + 16..<start + lower, .pointers, table)
        for pointer in stride(from: start + 16, to: start + lower, by: 2) {
            let node = start + number(pointer, 2)
            let keySize = number(node + 6, 2)
            let key = Array(file[node + 8..<node + 8 + keySize])
            add(node..<node + 8, .nodeHeader, table, key)
            if depth > 1 {
                add(node + 8..<node + 8 + keySize, .key, table, key)
                walk(root: number(node, 4) | number(node + 4, 2) << 32, depth: depth - 1, table: table)
            } else {
                readLeafNode(node, key, table)
            }
        }
    }

    private mutating func readLeafNode(_ node: Int, _ key: [UInt8], _ table: String) {
        let data = node + 8 + key.count
        let size = number(node, 4)
        let flags = number(node + 4, 2)
        // The transaction that freed pages orders the list; it only matters to readers of the time.
        if table != "(free)" { add(node + 8..<data, .key, table, key) }
        guard flags & 1 == 0 else {
            add(data..<data + 8, .nodeHeader, table, key)
            let first = number(data, 8)
            let start = first * pageSize
            for page in first..<first + number(start + 12, 4) { usedPages.insert(page) }
            add(start..<start + 16, .pageHeader, table, key)
            readValue(start + 16..<start + 16 + size, table, key, .overflow)
            return
        }
        readValue(data..<data + size, table, key, .value)
        if flags & 2 != 0 {
            walk(
                root: number(data + 40, 8), depth: number(data + 6, 2),
                table: String(decoding: key, as: UTF8.self))
        }
    }

    private mutating func readValue(_ range: Range<Int>, _ table: String, _ key: [UInt8], _ kind: Region.Kind) {
        guard table == "(free)" else { return add(range, kind, table, key) }
        let count = number(range.lowerBound, 8)
        add(range.lowerBound..<range.lowerBound + 8 + count * 8, .freeList, table, key)
        for index in 0..<count { freePages.insert(number(range.lowerBound + 8 + index * 8, 8)) }
    }
}
