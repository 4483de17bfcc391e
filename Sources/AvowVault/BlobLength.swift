/// How long sealed blobs are made.
///
/// LMDB keeps values above about 2 KiB on pages of their own: 4,096 bytes each, 16 of the first taken
/// by its header. Large blobs are therefore filled up to the end of their last page inside the seal:
/// the disk gives the space anyhow, no page ends in bytes that nothing vouches for, and a length tells
/// only how many pages there are.
public enum BlobLength {
    /// Blobs up to here share pages with others.
    public static let largestSmall = 1_900
    static let page = 4_096
    static let pageHeader = 16
    static let smallStep = 64

    /// The smallest length of whole pages that holds `length` bytes.
    static func wholePages(_ length: Int) -> Int {
        (length + pageHeader + page - 1) / page * page - pageHeader
    }

    /// The length of a record's blob that needs `length` bytes: as it is while small, else whole pages.
    public static func ofRecord(_ length: Int) -> Int {
        length <= largestSmall ? length : wholePages(length)
    }

    /// The length of a node's blob that needs `length` bytes: a multiple of 64 while small, else whole
    /// pages.
    public static func ofNode(_ length: Int) -> Int {
        let rounded = (length + smallStep - 1) / smallStep * smallStep
        return rounded <= largestSmall ? rounded : wholePages(length)
    }
}
