// swift-tools-version: 6.3
import PackageDescription

// Arrows point down only: a target may depend on targets listed above it, never below.
// `LayerTests` holds the same table and checks every import against it.

let settings: [SwiftSetting] = [
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0470-isolated-conformances.md
  .enableUpcomingFeature("InferIsolatedConformances"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0481-weak-let.md
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .treatAllWarnings(as: .error),
]

// AUXQ_FUZZ=1 adds the fuzz target and builds what it drives with coverage and address checks; see
// Sources/Fuzz/run.sh. Nothing else sees the switch.
let isFuzzing = Context.environment["AUXQ_FUZZ"] != nil
let fuzzed: [SwiftSetting] =
  isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : []

/// C pointers are marked `unsafe` wherever they are used: https://github.com/swiftlang/swift-evolution/blob/main/proposals/0458-strict-memory-safety.md
let strict: [SwiftSetting] = settings + [.strictMemorySafety()]
/// What the fuzz target drives.
let driven: [SwiftSetting] = strict + fuzzed

let package = Package(
  name: "auxq",
  products: [.executable(name: "auxq", targets: ["auxq"])],
  dependencies: [],
  targets: [
    // C leaves.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CSystem"),

    // Pure leaves: they import nothing.
    .target(name: "Fallback", swiftSettings: driven),
    .target(name: "JSONText", swiftSettings: driven),
    .target(name: "Spelling", swiftSettings: strict),

    // The operating system, and nothing of ours.
    .target(name: "Platform", dependencies: ["CSystem"], swiftSettings: strict),

    // What a call is, and what a queue promises.
    .target(
      name: "Calls", dependencies: ["Fallback", "JSONText", "Platform"], swiftSettings: driven),
    .target(name: "Queue", dependencies: ["Fallback"], swiftSettings: strict),

    // Settings, credentials, kinds of job.
    .target(
      name: "Configuration", dependencies: ["Fallback", "JSONText", "Spelling", "Platform"],
      swiftSettings: strict),
    .target(
      name: "Credentials",
      dependencies: ["Fallback", "Calls", "Configuration", "JSONText", "Platform"],
      swiftSettings: strict),
    .target(
      name: "Kinds", dependencies: ["Fallback", "Calls", "JSONText", "Spelling", "Platform"],
      swiftSettings: strict, plugins: ["EmbedJobs"]),

    // The two C engines.
    .target(
      name: "SQLiteQueue", dependencies: ["Queue", "Fallback", "Platform", "CSQLite"],
      swiftSettings: strict),
    .target(
      name: "CurlTransport", dependencies: ["Calls", "Fallback", "Platform", "CCurl"],
      swiftSettings: strict),

    .target(
      name: "Worker",
      dependencies: [
        "Kinds", "Queue", "Calls", "Credentials", "Configuration", "Fallback", "JSONText",
        "Platform",
      ], swiftSettings: strict),
    .target(
      name: "CLI",
      dependencies: [
        "Worker", "Kinds", "Queue", "Calls", "Credentials", "Configuration", "Fallback",
        "JSONText", "Spelling", "Platform",
      ], swiftSettings: strict),
    // Only the executable knows a concrete store or curl.
    .executableTarget(
      name: "auxq",
      dependencies: ["CLI", "SQLiteQueue", "CurlTransport", "Queue", "Platform"],
      swiftSettings: strict,
      // The released program runs where no Swift is installed, and starts in less time.
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Kinds", "Calls", "CurlTransport", "Fallback", "Simulator", "Platform", "JSONText", "Queue",
        "SQLiteQueue",
      ],
      swiftSettings: settings),

    // What Benchmarks measures of the transport, linked as the released program is.
    .executableTarget(
      name: "TransportLoad", dependencies: ["CurlTransport", "Calls", "Platform"],
      swiftSettings: settings,
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),

    // Jobs/ is data; the binary carries a copy that the build makes.
    .executableTarget(
      name: "EmbedJobsTool", path: "Sources/EmbedJobsTool", swiftSettings: settings),
    .plugin(
      name: "EmbedJobs", capability: .buildTool(), dependencies: ["EmbedJobsTool"],
      path: "Sources/Plugins/EmbedJobs"),

    // For tests and benchmarks only.
    .target(
      name: "Simulator", dependencies: ["Platform"], path: "Tests/Simulator",
      swiftSettings: settings),
    // Failures as providers report them, and what they mean.
    .target(
      name: "ClassRows", dependencies: ["Calls", "Fallback", "JSONText"], path: "Tests/ClassRows",
      swiftSettings: settings),
    .target(
      name: "StoreConformance", dependencies: ["Queue", "Fallback"],
      path: "Tests/StoreConformance", swiftSettings: settings),

    // A disk under SQLite that records, fails and loses what was not synced.
    .target(
      name: "FaultDisk", dependencies: ["CSQLite"], path: "Tests/FaultDisk",
      swiftSettings: settings),
    // Kills processes that use the queue, and audits what is left.
    .executableTarget(
      name: "KillTest",
      dependencies: [
        "SQLiteQueue", "StoreConformance", "FaultDisk", "Simulator", "Queue", "Fallback",
        "Platform",
      ], path: "Tests/KillTest", swiftSettings: settings),

    .testTarget(name: "LayerTests", swiftSettings: settings),
    .testTarget(name: "FallbackTests", dependencies: ["Fallback"], swiftSettings: settings),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText"], swiftSettings: settings),
    .testTarget(name: "PlatformTests", dependencies: ["Platform"], swiftSettings: settings),
    .testTarget(
      name: "CallsTests", dependencies: ["Calls", "ClassRows", "Fallback", "JSONText"],
      swiftSettings: settings),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: ["Configuration", "Fallback", "JSONText", "Spelling", "Platform"],
      swiftSettings: settings),
    .testTarget(
      name: "CredentialsTests",
      dependencies: [
        "Credentials", "Configuration", "Calls", "Fallback", "JSONText", "Platform",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "KindsTests", dependencies: ["Kinds", "Calls", "Fallback", "JSONText", "Platform"],
      exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "SQLiteQueueTests",
      dependencies: [
        "SQLiteQueue", "StoreConformance", "FaultDisk", "Queue", "Fallback", "Platform", "CSQLite",
      ], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "CurlTransportTests",
      dependencies: ["CurlTransport", "Calls", "Fallback", "Simulator", "Platform"],
      swiftSettings: settings,
      // Shows libcurl the name server of the tests that does not answer; see StalledNames.
      linkerSettings: [
        .unsafeFlags(
          ["-Xlinker", "--export-dynamic-symbol=getaddrinfo"], .when(platforms: [.linux]))
      ]),
    .testTarget(
      name: "WorkerTests",
      dependencies: [
        "Worker", "SQLiteQueue", "CurlTransport", "Kinds", "Queue", "Calls", "Credentials",
        "Configuration", "Fallback", "JSONText", "Simulator", "FaultDisk", "Platform",
      ], swiftSettings: settings),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "CLI", "Worker", "Kinds", "SQLiteQueue", "Queue", "Configuration", "Fallback", "JSONText",
        "Platform",
      ], exclude: ["Golden"], swiftSettings: settings),
    // Drives the built program from outside, as a person does.
    .testTarget(
      name: "ProgramTests",
      dependencies: ["auxq", "KillTest", "Simulator", "JSONText", "Platform"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)

if isFuzzing {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Calls", "ClassRows", "Fallback", "JSONText"],
      exclude: ["run.sh"], swiftSettings: strict + fuzzed,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
}
