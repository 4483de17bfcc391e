// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "avow", path: "..")],
    targets: [
        .executableTarget(
            name: "AvowBenchmark",
            dependencies: [
                .product(name: "Avow", package: "avow"), .product(name: "AvowVerify", package: "avow"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
