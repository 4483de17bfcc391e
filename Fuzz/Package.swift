// swift-tools-version: 6.2
//
// Harnesses that throw hostile input at what reads input from outside. README.md says how they are run.

import PackageDescription

/// Whether the runtime of libFuzzer is linked: `Fuzz/run` says so when it has found it.
let hasLibFuzzer = Context.environment["AVOW_LIBFUZZER"] != nil

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Counts which branches an input takes, which is what libFuzzer chooses its inputs by. Only compiling needs it: linking
// with it would bring libFuzzer's own main.
let counted: [SwiftSetting] = hasLibFuzzer ? [.unsafeFlags(["-Xfrontend", "-sanitize=fuzzer"])] : []
let countedC: [CXXSetting] = hasLibFuzzer ? [.unsafeFlags(["-fsanitize=fuzzer-no-link"])] : []

let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        // The sources are the package's own, by links: compiled here alone, and with other flags.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
        .target(
            name: "CSimdjson", cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")] + countedC,
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(
            name: "AvowFHIR", dependencies: ["CSimdjson", "CZstd"], exclude: ["Tables/derive"],
            swiftSettings: strict + counted),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: ["AvowFHIR"] + (hasLibFuzzer ? ["CFuzzer"] : []),
            swiftSettings: strict + (hasLibFuzzer ? [.define("LIBFUZZER")] : [])),
    ],
    cxxLanguageStandard: .cxx17
)
