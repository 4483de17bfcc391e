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
    targets: [
        // Floor 3.
        .target(name: "AvowConsent", swiftSettings: strict),
        .testTarget(name: "AvowConsentTests", dependencies: ["AvowConsent"], swiftSettings: strict),

        // Floor 4.
        .target(name: "AvowQuery", swiftSettings: strict),
        .testTarget(name: "AvowQueryTests", dependencies: ["AvowQuery"], swiftSettings: strict),
    ]
)
