// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target that may reach the board is built with the same rules.
let rules: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .treatWarning("EmbeddedRestrictions", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
]

/// A target of the firmware; `below` are the only targets that it may import.
func part(_ name: String, _ below: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: below, exclude: ["README.md"], swiftSettings: rules)
}

/// The C side of a library that we do not keep ourselves.
func shim(_ name: String, libraries: [String] = []) -> Target {
  .target(
    name: name, exclude: ["README.md"], linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// The tests of one target, in `Tests/<name>Tests`.
func suite(_ name: String, _ below: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + below,
    path: "Tests/\(name)Tests", exclude: ["README.md"])
}

let package = Package(
  name: "tipring",
  products: [
    .executable(name: "tipring", targets: ["tipring"]),
    .executable(name: "analog-phone", targets: ["AnalogPhone"]),
    .executable(name: "parse-bench", targets: ["ParseBench"]),
  ],
  traits: [
    .trait(
      name: "Simulator",
      description: "The simulated line driver: a Unix socket per port instead of a SLIC."),
    .trait(
      name: "TLS",
      description: "mbedTLS: the log by TLS, configurations by HTTPS, checks of signatures."),
    .default(enabledTraits: ["Simulator", "TLS"]),
  ],
  targets: [
    part("Base"),
    part("SIPSyntax", ["Base"]),
    part("SIPTransaction", ["Base"]),
    part("SIPAgent", ["Base", "SIPSyntax", "SIPTransaction", "CDigest"]),
    part("SDP", ["Base"]),
    part("RTP", ["Base"]),
    part("SecureRTP", ["Base", "RTP", "CDigest"]),
    part("MediaControl", ["Base"]),
    part("DSP", ["Base", "MediaControl", "CSpanDSP"]),
    part("Line", ["Base", "MediaControl"]),
    part("Call", ["Base", "MediaControl", "Line", "SIPAgent", "SDP"]),
    part("Board", ["Base"]),
    part("Config", ["Base", "Board"]),
    part("Access", ["Base"]),
    part("Console", ["Base"]),
    part("Network", ["Base"]),
    part("Provisioning", ["Base"]),
    part(
      "Gateway",
      [
        "Base", "MediaControl", "Line", "SIPSyntax", "SDP", "SIPAgent", "Call", "Board", "Config",
        "Access", "Console", "Network", "Provisioning",
      ]),

    part("Linux", ["Base", "CLinux", "CNames", "CTLS"]),
    part("Hardware", ["Base", "Board", "Line", "Linux", "CHardware"]),
    part("Media", ["Base", "MediaControl", "DSP", "RTP", "SecureRTP", "Linux"]),
    .executableTarget(
      name: "tipring",
      dependencies: [
        "Base", "MediaControl", "Line", "SIPAgent", "Call", "Board", "Config", "Access", "Console",
        "Gateway", "Linux", "Hardware", "Media", "Network", "Provisioning",
      ],
      exclude: ["README.md"], swiftSettings: rules),

    shim("CLinux"),
    shim("CDigest", libraries: ["mbedcrypto"]),
    .target(
      name: "CTLS", exclude: ["README.md"],
      cSettings: [.define("CTLS_WITH_MBEDTLS", .when(traits: ["TLS"]))],
      linkerSettings: ["mbedtls", "mbedx509", "mbedcrypto"].map {
        .linkedLibrary($0, .when(traits: ["TLS"]))
      }),
    shim("CSpanDSP", libraries: ["spandsp"]),
    shim("CNames", libraries: ["cares"]),
    // libasound and libgpiod are loaded when a card or a pin is opened.
    shim("CHardware"),

    .executableTarget(name: "AnalogPhone", exclude: ["README.md"]),
    .executableTarget(
      name: "ParseBench", dependencies: ["Base", "CLinux", "SIPAgent", "SIPSyntax"],
      path: "tools/bench.d/parse/ours", swiftSettings: rules),

    suite("Base"),
    suite("SIPSyntax"),
    suite("SIPTransaction"),
    suite("SIPAgent", ["SIPSyntax", "SIPTransaction"]),
    suite("SDP"),
    suite("RTP"),
    suite("SecureRTP", ["Base", "RTP"]),
    suite("DSP", ["Base", "MediaControl"]),
    suite("Line", ["MediaControl"]),
    suite("Call", ["MediaControl", "Line", "SIPAgent", "SDP"]),
    suite("Board"),
    suite("Config", ["Board"]),
    suite("Access", ["Base"]),
    suite("Console"),
    suite("Network"),
    suite("Provisioning", ["Base"]),
    suite("Linux", ["Base"]),
    suite(
      "Gateway",
      [
        "MediaControl", "Line", "SIPAgent", "SIPSyntax", "Call", "Config", "Access", "Network",
        "Provisioning",
      ]),
    suite("Media", ["Base", "MediaControl", "DSP", "RTP", "SecureRTP", "Linux"]),
    suite("AnalogPhone"),
  ])
