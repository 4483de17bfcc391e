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
        .library(name: "AvowStorage", targets: ["AvowStorage"])
    ],
    targets: [
        // Floor 0: system libraries.
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),

        // Floor 2: where bytes rest.
        .target(name: "AvowStorage", dependencies: ["CLMDB"], swiftSettings: strict),
        .testTarget(name: "AvowStorageTests", dependencies: ["AvowStorage"], swiftSettings: strict),
    ]
)
