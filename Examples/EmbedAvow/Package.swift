// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "EmbedAvow",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "avow", path: "../..")],
    targets: [
        .executableTarget(
            name: "EmbedAvow",
            dependencies: [
                .product(name: "Avow", package: "avow"), .product(name: "AvowVerify", package: "avow"),
            ])
    ]
)
