internal import AvowFHIR
internal import AvowStorage

/// Commits the resources of files in groups, while the next ones are read.
///
/// A commit rewrites each node of the tree that it changes. So that a load of many resources rewrites the tree seldom, a
/// group may be as large as the tree that it goes into, within what memory allows.
struct Importer {
    /// How much is held before it is handed on.
    struct Limits: Sendable {
        /// How much a group takes before it is committed: the entries that wait for the commit, and the sealed records
        /// in the transaction. The least is for a small tree, the most for a large one.
        var groupBytes = (least: 64 << 20, most: 128 << 20)
        /// How much JSON is handed to a group at a time; more at first, since dictionaries are trained on it.
        var partBytes = (first: 96 << 20, later: 16 << 20)
    }

    /// In a tree of so many entries each part looks for its resources in another few of the nodes, so that in time all
    /// of them would have been read.
    private static let manyEntries: UInt64 = 1_000_000
    /// What the tree has of an entry, about.
    private static let entryBytes: UInt64 = 256
    private static let bytesBesideJSON = 1_024

    let store: Store
    let validation: ValidationStrength
    let reject: (ImportReject) -> Void
    private let limits: Limits
    private var summary = ImportSummary()
    private var group: ImportGroup?
    private var hasDictionaries = false
    private var part: [IncomingResource] = []
    private var partBytes = 0
    /// Where each resource of the part stands in it, by the hash of its type and logical id.
    private var places: [Int: Int] = [:]

    init(
        _ store: Store, _ validation: ValidationStrength, limits: Limits = Limits(),
        reject: @escaping (ImportReject) -> Void
    ) {
        self.store = store
        self.validation = validation
        self.limits = limits
        self.reject = reject
    }

    /// Imports all files at some paths.
    mutating func run(_ paths: [String], _ progress: (ImportProgress) -> Void) throws(StoreError) -> ImportSummary {
        let files = try mapping(StoreError.input) { () throws(ResourceReaderError) in
            var files: [String] = []
            for path in paths { files += try ResourceReader.files(at: path) }
            return files
        }
        defer { group?.abort() }
        var state = ImportProgress(totalBytes: files.reduce(0) { $0 + FileSize.of($1) })
        // So that there are indexes for which resources can be read.
        if store.extractions.newest == nil { _ = store.recordIndexes(try store.snapshot().catalog()) }
        var input = InputReading(files, validation, store)
        while let piece = try input.next() {
            let commits = summary.commits
            summary.rejected += piece.rejects.count
            piece.rejects.forEach(reject)
            for resource in piece.resources { try take(resource) }
            state.bytesRead += piece.byteCount
            state.resources = summary.resources
            if piece.endsFile || summary.commits != commits { progress(state) }
        }
        try flush()
        state.resources = summary.resources
        progress(state)
        return summary
    }

    private mutating func take(_ resource: IncomingResource) throws(StoreError) {
        if let index = places[resource.hash] {
            let present = part[index]
            if present.type == resource.type, present.id == resource.id, present.json == resource.json {
                summary.unchanged += 1
                return
            }
            // The same resource in two versions: the first must be there before the second replaces it. So it may be with
            // another resource of the same hash.
            try flush()
        } else {
            switch try find(resource) {
            case .none: break
            case .same:
                summary.unchanged += 1
                return
            case .other: try flush()
            }
        }
        places[resource.hash] = part.count
        part.append(resource)
        partBytes += resource.json.count + Importer.bytesBesideJSON
        if partBytes >= (hasDictionaries ? limits.partBytes.later : limits.partBytes.first) { try hand() }
    }

    /// What the parts that were handed to the group have of a resource.
    private func find(_ resource: IncomingResource) throws(StoreError) -> ImportGroup.Written {
        guard let group else { return .none }
        return try group.find(resource)
    }

    /// Hands the part to the group.
    private mutating func hand() throws(StoreError) {
        guard !part.isEmpty else { return }
        let group = try openGroup()
        try group.take(part)
        if group.entryCount >= Importer.manyEntries { store.releaseMemory() }
        hasDictionaries = group.hasDictionaries
        part.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        partBytes = 0
        let wanted = Int(clamping: group.entryCount * Importer.entryBytes)
        if group.byteCount >= min(max(wanted, limits.groupBytes.least), limits.groupBytes.most) { try commit() }
    }

    private mutating func openGroup() throws(StoreError) -> ImportGroup {
        if let group { return group }
        let new = try store.beginGroup()
        group = new
        return new
    }

    /// Commits all that was taken.
    private mutating func flush() throws(StoreError) {
        try hand()
        try commit()
    }

    private mutating func commit() throws(StoreError) {
        guard let group else { return }
        summary.add(try store.commit(group))
        self.group = nil
        if group.byteCount >= limits.groupBytes.least { store.releaseMemory() }
    }
}
