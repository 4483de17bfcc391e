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

let package = Package(
    name: "avow",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AvowVault", targets: ["AvowVault"])
    ],
    targets: [
        // Floor 0: system libraries.
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

        // Floor 2: keys, sealing, compression.
        .target(name: "AvowVault", dependencies: ["CSodium", "CZstd"], swiftSettings: strict),
        .testTarget(name: "AvowVaultTests", dependencies: ["AvowVault", "CSodium", "CZstd"], swiftSettings: strict),
    ]
)
