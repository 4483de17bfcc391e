internal import AvowFHIR
internal import AvowStorage
internal import Foundation

/// Reads files and commits their resources in groups.
struct Importer {
    /// A group is committed when it has this many resources, or this many bytes of JSON.
    static let groupCount = 50_000
    static let groupBytes: UInt64 = 128 << 20

    let store: Store
    let reject: (ImportReject) -> Void
    private var summary = ImportSummary()
    private var group: [(resource: ImportedResource, file: String)] = []
    private var groupBytes: UInt64 = 0
    private var waiting: [ResourceType: [String: Int]] = [:]

    init(_ store: Store, reject: @escaping (ImportReject) -> Void) {
        self.store = store
        self.reject = reject
    }

    /// Imports all files at some paths.
    mutating func run(_ paths: [String], _ progress: (ImportProgress) -> Void) throws(StoreError) -> ImportSummary {
        let files = try mapping(StoreError.input) { () throws(ResourceReaderError) in
            var files: [String] = []
            for path in paths { files += try ResourceReader.files(at: path) }
            return files
        }
        let sizes = files.map(Importer.size)
        var state = ImportProgress(totalBytes: sizes.reduce(0, +))
        for (file, size) in zip(files, sizes) {
            var reader: ResourceReader
            do throws(ResourceReaderError) {
                reader = try ResourceReader(files: [file])
            } catch {
                throw .input(error)
            }
            while let item = reader.next() {
                let commits = summary.commits
                try take(item, file)
                state.resources = summary.created + summary.updated + summary.unchanged
                if summary.commits != commits { progress(state) }
            }
            state.bytesRead += size
            progress(state)
        }
        try flush()
        state.resources = summary.created + summary.updated + summary.unchanged
        progress(state)
        return summary
    }

    private static func size(_ file: String) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    }

    private mutating func take(_ item: ImportItem, _ file: String) throws(StoreError) {
        switch item {
        case .reject(let rejected):
            summary.rejected += 1
            reject(.unreadable(rejected))
        case .resource(let resource):
            if let refusal = Importer.refusal(resource) {
                summary.rejected += 1
                reject(.refused(file: file, type: resource.type, id: resource.id, refusal))
                return
            }
            if let index = waiting[resource.type]?[resource.id] {
                if group[index].resource.json == resource.json {
                    summary.unchanged += 1
                    return
                }
                // The same resource in two versions: the first must be there before the second replaces it.
                try flush()
            }
            waiting[resource.type, default: [:]][resource.id] = group.count
            group.append((resource, file))
            groupBytes += UInt64(resource.json.count)
            if group.count >= Importer.groupCount || groupBytes >= Importer.groupBytes { try flush() }
        }
    }

    private static func refusal(_ resource: ImportedResource) -> ImportRefusal? {
        if case .unresolved = resource.link { return .unresolvedPatient }
        return IndexEntries(resource).refusal
    }

    private mutating func flush() throws(StoreError) {
        guard !group.isEmpty else { return }
        let resources = group.map(\.resource)
        let done = try store.commit(resources)
        summary.created += done.created
        summary.updated += done.updated
        summary.unchanged += done.unchanged
        summary.newPatients += done.newPatients
        summary.commits += done.commits
        summary.jsonBytes += done.jsonBytes
        summary.types.merge(done.types) { $0 + $1 }
        group.removeAll(keepingCapacity: true)
        waiting.removeAll(keepingCapacity: true)
        groupBytes = 0
    }
}
