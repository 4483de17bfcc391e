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
    products: [.library(name: "AvowFHIR", targets: ["AvowFHIR"])],
    targets: [
        // Floor 0: system libraries.
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(
            name: "CSimdjson",
            cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // Floor 2.
        .target(
            name: "AvowFHIR", dependencies: ["CSimdjson", "CZstd"],
            exclude: ["Tables/derive.py"], swiftSettings: strict),
        .testTarget(
            name: "AvowFHIRTests", dependencies: ["AvowFHIR"],
            exclude: ["Oracle"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
