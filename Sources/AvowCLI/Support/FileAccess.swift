import Foundation

/// Whole files, with errors that a person can read.
enum FileAccess {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - status: how the command ends when the file cannot be read.
    ///   - limit: the most bytes that are read.
    static func read(
        _ path: String, limit: Int, failingWith status: ExitStatus
    ) throws(CommandFailure) -> [UInt8] {
        let failure: CommandFailure
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            if data.count <= limit { return [UInt8](data) }
            failure = CommandFailure("\(path) has more than \(HumanFormat.bytes(limit))", status: status)
        } catch {
            failure = CommandFailure("\(path) cannot be read: \(reason(error))", status: status)
        }
        throw failure
    }

    /// Writes a file whole or not at all; one that was there is replaced. A pipe or a device is written to.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        do {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let kind = attributes?[.type] as? FileAttributeType
            guard kind == nil || kind == .typeRegular else {
                // Replacing /dev/null by a file would be a disaster.
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                defer { try? handle.close() }
                // What a link leads to may have been longer; a pipe has no length.
                try? handle.truncate(atOffset: 0)
                return try handle.write(contentsOf: Data(bytes))
            }
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(reason(error))")
        }
    }

    /// What the system said, without Foundation's sentence around it.
    static func reason(_ error: any Error) -> String {
        let error = error as NSError
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
            return POSIXError.text(cause.code)
        }
        if error.domain == NSPOSIXErrorDomain { return POSIXError.text(error.code) }
        return error.localizedDescription
    }
}

extension POSIXError {
    fileprivate static func text(_ code: Int) -> String {
        // The text is copied before anything else can call strerror.
        unsafe String(cString: strerror(Int32(truncatingIfNeeded: code)))
    }
}
