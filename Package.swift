// swift-tools-version: 6.2
//
// One target a module, floor by floor: a target depends only on targets of lower floors
// (Sources/Avow/Avow.docc/Architecture.md).

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
/// Functions that return spans into what they borrow need to say so.
let lifetimes: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "avow",
    platforms: [.macOS(.v15)],
    products: [
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // Floor 0: system libraries.
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

        // Floor 1: what is hashed and proven.
        .target(name: "AvowProof", dependencies: [crypto], swiftSettings: strict),

        // Floor 2: where bytes rest, how they are sealed, what they mean.
        .target(name: "AvowStorage", dependencies: ["CLMDB"], swiftSettings: strict),
        .target(name: "AvowVault", dependencies: ["CSodium", "CZstd"], swiftSettings: strict),

        // Floor 3: the tree, and who may read.
        .target(
            name: "AvowTree", dependencies: ["AvowProof", "AvowStorage", "AvowVault"], swiftSettings: lifetimes),
        .testTarget(
            name: "AvowTreeTests", dependencies: ["AvowTree", "AvowProof", "AvowStorage", "AvowVault"],
            swiftSettings: strict),
    ]
)
