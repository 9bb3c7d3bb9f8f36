// swift-tools-version: 6.2
import PackageDescription

let common: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
let strict = common + [.strictMemorySafety()]

let package = Package(
  name: "bhtpack",
  products: [
    .library(name: "BHTrace", targets: ["BHTrace"]),
    .executable(name: "bhtpack", targets: ["bhtpack"]),
  ],
  targets: [
    .systemLibrary(name: "CChecksum"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    // Loaded when they are first needed, so nothing is linked with them.
    .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
    .target(
      name: "BHTrace",
      dependencies: [
        "CChecksum", "CZstd", "CLZ4", "CZlib", "CLzma", "CBZip2", "CArchive",
      ],
      swiftSettings: strict
    ),
    .target(
      name: "BHTMeasure", dependencies: ["BHTrace", "CZstd", "CLzma"], swiftSettings: strict),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary(":libre2.a")]),
    .target(name: "BHTSearch", dependencies: ["BHTrace", "CRE2"], swiftSettings: strict),
    .target(name: "BHTView", dependencies: ["BHTrace"], swiftSettings: strict),
    .executableTarget(
      name: "bhtpack", dependencies: ["BHTrace", "BHTMeasure", "BHTSearch", "BHTView"],
      swiftSettings: strict),
    .testTarget(
      name: "BHTraceTests", dependencies: ["BHTrace", "BHTMeasure"], swiftSettings: common),
    .testTarget(
      name: "BHTPackTests", dependencies: ["BHTrace", "BHTView", "bhtpack"], exclude: ["Cases"],
      swiftSettings: common),
    .testTarget(
      name: "BHTSearchTests", dependencies: ["BHTrace", "BHTSearch"], exclude: ["Data"],
      swiftSettings: common),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
