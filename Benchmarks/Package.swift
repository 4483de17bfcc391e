// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
let avow: Target.Dependency = .product(name: "Avow", package: "avow")

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "avow", path: "..")],
    targets: [
        .target(name: "BenchmarkSupport", swiftSettings: settings),
        .executableTarget(
            name: "WorkloadGenerator",
            dependencies: ["BenchmarkSupport", avow, .product(name: "AvowSamples", package: "avow")],
            swiftSettings: settings),
        .executableTarget(
            name: "AvowBenchmark",
            dependencies: [
                "BenchmarkSupport", avow, .product(name: "AvowVerify", package: "avow"),
                .product(name: "AvowSamples", package: "avow"),
            ],
            swiftSettings: settings),
    ]
)
