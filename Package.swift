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
        .executable(name: "avow", targets: ["AvowCLI"])
    ],
    targets: [
        // Made-up patients for tests, the demo and benchmarks. It knows no other module.
        .target(name: "AvowSamples", swiftSettings: strict),
        .testTarget(name: "AvowSamplesTests", dependencies: ["AvowSamples"], swiftSettings: strict),

        // Floor 6: the command.
        .executableTarget(name: "AvowCLI", swiftSettings: strict),
        .testTarget(name: "AvowCLITests", dependencies: ["AvowCLI"], swiftSettings: strict),

        // The rules of CONTRIBUTING.md that a machine can check.
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
