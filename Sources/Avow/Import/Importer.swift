internal import AvowFHIR
internal import AvowStorage

/// Commits the resources of files in groups, while the next ones are read.
struct Importer {
    /// What a group may take in memory, roughly in bytes: the JSON of its resources, and what is made of each.
    private static let mostGroupBytes = 128 << 20
    private static let bytesBesideJSON = 1_024

    let store: Store
    let validation: ValidationStrength
    let reject: (ImportReject) -> Void
    private var summary = ImportSummary()
    private var group: [ImportedResource] = []
    private var groupBytes = 0
    /// Where each resource of the group stands in it.
    private var places: [ResourceType: [String: Int]] = [:]

    init(_ store: Store, _ validation: ValidationStrength, reject: @escaping (ImportReject) -> Void) {
        self.store = store
        self.validation = validation
        self.reject = reject
    }

    /// Imports all files at some paths.
    mutating func run(_ paths: [String], _ progress: (ImportProgress) -> Void) throws(StoreError) -> ImportSummary {
        let files = try mapping(StoreError.input) { () throws(ResourceReaderError) in
            var files: [String] = []
            for path in paths { files += try ResourceReader.files(at: path) }
            return files
        }
        var state = ImportProgress(totalBytes: files.reduce(0) { $0 + FileSize.of($1) })
        var input = InputReading(files, validation, store.readers)
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

    private mutating func take(_ resource: ImportedResource) throws(StoreError) {
        if let index = places[resource.type]?[resource.id] {
            if group[index].json == resource.json {
                summary.unchanged += 1
                return
            }
            // The same resource in two versions: the first must be there before the second replaces it.
            try flush()
        }
        places[resource.type, default: [:]][resource.id] = group.count
        group.append(resource)
        groupBytes += resource.json.count + Importer.bytesBesideJSON
        if groupBytes >= Importer.mostGroupBytes { try flush() }
    }

    private mutating func flush() throws(StoreError) {
        guard !group.isEmpty else { return }
        summary.add(try store.commit(group))
        group.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        groupBytes = 0
    }
}
