internal import AvowConsent
internal import AvowFHIR
internal import AvowQuery
internal import AvowTree

/// What reading a piece of the input gave.
struct ReadPiece: Sendable {
    let file: String
    /// Bytes of the file as it rests on the disk.
    let byteCount: UInt64
    let endsFile: Bool
    var resources: [IncomingResource] = []
    var rejects: [ImportReject] = []
}

/// Reads files on all cores, ahead of who takes what was read, and hands it out in the order of the files.
struct InputReading: ~Copyable {
    /// How many bytes of the input are read ahead, as they rest on the disk; at least one piece is.
    private static let mostBytesAhead: UInt64 = 24 << 20
    private static let mostPiecesAhead = 4_096

    private let store: Store
    private let validation: ValidationStrength
    private let work = OrderedWork<Result<ReadPiece, StoreError>>(isAhead: true)
    private var pieces: InputPieces
    private var bytesAhead: UInt64 = 0

    init(_ files: [String], _ validation: ValidationStrength, _ store: Store) {
        self.store = store
        self.validation = validation
        pieces = InputPieces(files: files)
    }

    /// The next piece; nil after the last.
    mutating func next() throws(StoreError) -> ReadPiece? {
        while work.count == 0 || bytesAhead < InputReading.mostBytesAhead && work.count < InputReading.mostPiecesAhead {
            guard let piece = pieces.next() else { break }
            bytesAhead += piece.byteCount
            work.submit { [store, validation] in
                Result { () throws(StoreError) in
                    try store.readers.withElement { (reader) throws(StoreError) in
                        try store.entryFinders.withElement { (finder) throws(StoreError) in
                            InputReading.read(piece, validation, reader, finder, store.extractions.newest)
                        }
                    }
                }
            }
        }
        guard let result = work.next() else { return nil }
        let piece = try result.get()
        bytesAhead -= piece.byteCount
        return piece
    }

    /// - Parameter extraction: The indexes that the resources will be written to, most likely.
    private static func read(
        _ piece: InputPiece, _ validation: ValidationStrength, _ reader: PieceReader, _ finder: EntryFinder,
        _ extraction: IndexExtraction?
    ) -> ReadPiece {
        var read = ReadPiece(file: piece.file, byteCount: piece.byteCount, endsFile: piece.endsFile)
        var resources: [(resource: ImportedResource, part: RecordContents.Part?)] = []
        var contents = RecordContents()
        reader.open(piece, validation: validation)
        while let item = reader.next() {
            switch item {
            case .reject(let reject): read.rejects.append(.unreadable(reject))
            case .resource(let resource):
                if let refusal = refusal(resource) {
                    read.rejects.append(.refused(file: piece.file, type: resource.type, id: resource.id, refusal))
                    continue
                }
                var part: RecordContents.Part?
                if let parsed = reader.parsed, let extraction {
                    // What cannot be found now is looked for again, and fails, when the record is prepared.
                    part = try? contents.add(parsed, resource.type, extraction, finder)
                }
                resources.append((resource, part))
            }
        }
        let found = extraction.map { PieceContents($0, contents) }
        read.resources = resources.map { resource, part in
            guard let found, let part else { return IncomingResource(resource) }
            return IncomingResource(resource, (found, part))
        }
        return read
    }

    private static func refusal(_ resource: ImportedResource) -> ImportRefusal? {
        if case .unresolved = resource.link { return .unresolvedPatient }
        guard resource.type == .consent, let document = try? JSONParser().parse(resource.json) else { return nil }
        do throws(ConsentError) {
            _ = try ConsentReading(document.root)
            return nil
        } catch {
            return .consent(error)
        }
    }
}
