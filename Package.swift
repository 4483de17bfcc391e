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

#if os(macOS)
    // Homebrew keeps headers outside of the compiler's search path; a system target finds them.
    let simdjsonLibrary: [Target] = [
        .systemLibrary(name: "CSimdjsonLibrary", pkgConfig: "simdjson", providers: [.brew(["simdjson"])])
    ]
#else
    let simdjsonLibrary: [Target] = []
#endif

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "avow",
    platforms: [.macOS(.v15)],
    products: [
        // With the store come the modules whose types its API names.
        .library(
            name: "Avow",
            targets: [
                "Avow", "AvowProof", "AvowStorage", "AvowVault", "AvowFHIR", "AvowTree", "AvowConsent", "AvowQuery",
            ]),
        .library(name: "AvowVerify", targets: ["AvowVerify", "AvowProof", "AvowConsent", "AvowQuery"]),
        // Made-up patients, for an app's own tests and for the benchmarks.
        .library(name: "AvowSamples", targets: ["AvowSamples"]),
        .executable(name: "avow", targets: ["AvowCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: simdjsonLibrary + [
        // Floor 0: system libraries.
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"]), .brew(["lmdb"])]),
        .systemLibrary(
            name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(
            name: "CSimdjson", dependencies: simdjsonLibrary.map { .target(name: $0.name) },
            cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // Floor 0: patients for the demo, the tests and the benchmarks; knows nothing of the others.
        .target(name: "AvowSamples", swiftSettings: strict),
        // Random numbers that can be had again; for all tests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "AvowSamplesTests", dependencies: ["AvowSamples"], swiftSettings: strict),

        // Floor 1: what is hashed and proven.
        .target(
            name: "AvowProof",
            dependencies: [.target(name: "CNettle", condition: .when(platforms: [.linux])), crypto],
            swiftSettings: lifetimes),
        .testTarget(
            name: "AvowProofTests", dependencies: ["TestSupport", "AvowProof", crypto], exclude: ["Vectors"],
            swiftSettings: strict),

        // Floor 2: where bytes rest, how they are sealed, what they mean.
        .target(name: "AvowStorage", dependencies: ["CLMDB"], swiftSettings: strict),
        .testTarget(name: "AvowStorageTests", dependencies: ["TestSupport", "AvowStorage"], swiftSettings: strict),
        .target(
            name: "AvowVault", dependencies: ["AvowProof", "CSodium", "CZstd"], swiftSettings: lifetimes),
        .testTarget(
            name: "AvowVaultTests", dependencies: ["TestSupport", "AvowVault", "AvowProof", "CSodium", "CZstd"],
            swiftSettings: strict),
        .target(
            name: "AvowFHIR", dependencies: ["CSimdjson", "CZstd"], exclude: ["Tables/derive"],
            swiftSettings: strict),
        .testTarget(
            name: "AvowFHIRTests", dependencies: ["TestSupport", "AvowFHIR"], exclude: ["Oracle", "Vectors"],
            swiftSettings: strict),

        // Floor 3: the tree, and who may read.
        .target(
            name: "AvowTree", dependencies: ["AvowProof", "AvowStorage", "AvowVault"], swiftSettings: lifetimes),
        .testTarget(
            name: "AvowTreeTests", dependencies: ["TestSupport", "AvowTree", "AvowProof", "AvowStorage", "AvowVault"],
            swiftSettings: strict),
        .target(
            name: "AvowConsent", dependencies: ["AvowProof", "AvowFHIR"], exclude: ["Tables/derive.py"],
            swiftSettings: strict),
        // Consents at random, and a slow evaluator of them; for tests of this module and of the store.
        .target(
            name: "ConsentModel", dependencies: ["TestSupport", "AvowConsent", "AvowFHIR"], path: "Tests/ConsentModel",
            swiftSettings: strict),
        .testTarget(
            name: "AvowConsentTests",
            dependencies: ["TestSupport", "AvowConsent", "AvowFHIR", "AvowSamples", "ConsentModel"],
            swiftSettings: strict),

        // Floor 4: the language, over a store or over a proof.
        .target(name: "AvowQuery", dependencies: ["AvowProof", "AvowFHIR", "AvowConsent"], swiftSettings: strict),
        .testTarget(
            name: "AvowQueryTests", dependencies: ["TestSupport", "AvowQuery", "AvowProof", "AvowFHIR", "AvowConsent"],
            swiftSettings: strict),

        // Floor 5: the verifier and the store.
        .target(
            name: "AvowVerify", dependencies: ["AvowProof", "AvowFHIR", "AvowConsent", "AvowQuery"],
            swiftSettings: strict),
        .target(
            name: "Avow",
            dependencies: [
                "AvowProof", "AvowStorage", "AvowVault", "AvowFHIR", "AvowTree", "AvowConsent", "AvowQuery",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AvowTests",
            dependencies: [
                "TestSupport",
                "Avow", "AvowVerify", "AvowProof", "AvowStorage", "AvowVault", "AvowFHIR", "AvowTree", "AvowConsent",
                "AvowQuery", "AvowSamples", "ConsentModel",
            ],
            exclude: ["Oracle", "Questions", "Vectors"], swiftSettings: strict),

        // Floor 6: the command.
        .executableTarget(
            name: "AvowCLI",
            dependencies: [
                "Avow", "AvowVerify", "AvowSamples", "AvowProof", "AvowStorage", "AvowVault", "AvowFHIR", "AvowTree",
                "AvowConsent", "AvowQuery", arguments,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AvowCLITests", dependencies: ["TestSupport", "AvowCLI", "AvowSamples"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
