import Foundation

/// Archives of synthetic patients that lie beside the package in some checkouts, and in no other place.
enum SharedData {
    /// `../shared/data`, seen from the package, unless AVOW_SHARED_DATA names another folder.
    static let folder: URL = {
        if let named = ProcessInfo.processInfo.environment["AVOW_SHARED_DATA"] { return URL(filePath: named) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appending(path: "../shared/data").standardizedFileURL
    }()

    /// Whether an archive is there; says so when it is not.
    static func has(_ archive: String) -> Bool {
        let path = folder.appending(path: archive).path
        if FileManager.default.fileExists(atPath: path) { return true }
        print("skipped: \(path) is not there")
        return false
    }

    /// Unpacks an archive into a folder, which is made.
    static func unpack(_ archive: String, into target: URL) throws {
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "--zstd", "-xf", folder.appending(path: archive).path, "-C", target.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "tar cannot unpack \(archive)") }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
