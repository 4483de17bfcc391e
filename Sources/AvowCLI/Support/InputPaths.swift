import AvowFHIR
import Foundation

/// Files that a command line names: by their paths, by their folder's, or by a pattern.
enum InputPaths {
    /// The files at some paths, in the order of these.
    ///
    /// A path that is none itself may be a pattern with `*`, `?` or `[…]`, for shells that did not expand it.
    static func files(at paths: [String]) throws(CommandFailure) -> [String] {
        var files: [String] = []
        for path in paths {
            let matches = FileManager.default.fileExists(atPath: path) ? [path] : expanded(path)
            for match in matches.isEmpty ? [path] : matches {
                do throws(ResourceReaderError) {
                    files += try ResourceReader.files(at: match)
                } catch {
                    throw CommandFailure("\(error)", status: .usage)
                }
            }
        }
        return files
    }

    private static func expanded(_ pattern: String) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        // The system fills the list, which is read before it is freed.
        guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
        return unsafe (0..<Int(found.gl_pathc)).compactMap { index in
            unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }
}
