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

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "avow",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Avow", targets: ["Avow"]),
        .library(name: "AvowVerify", targets: ["AvowVerify"]),
        .executable(name: "avow", targets: ["AvowCLI"]),
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
        .testTarget(
            name: "AvowProofTests", dependencies: ["AvowProof", crypto], exclude: ["Vectors"], swiftSettings: strict),
    ]
)
