/// The fields of Elastic APM's documents that describe what a span comes from.
///
/// Those that Elastic makes of OpenTelemetry's resource attributes get their names back; the others
/// that describe the same things keep their own.
enum ElasticAPMResource {
  /// OpenTelemetry's names, by Elastic's.
  private static let names: [String: String] = [
    "service.name": "service.name", "service.version": "service.version",
    "service.node.name": "service.instance.id", "service.environment": "deployment.environment",
    "service.language.name": "telemetry.sdk.language",
    "service.runtime.name": "process.runtime.name",
    "service.runtime.version": "process.runtime.version",
    "cloud.provider": "cloud.provider", "cloud.account.id": "cloud.account.id",
    "cloud.region": "cloud.region", "cloud.availability_zone": "cloud.availability_zone",
    "cloud.service.name": "cloud.platform", "container.name": "container.name",
    "container.id": "container.id", "container.image.name": "container.image.name",
    "container.image.tag": "container.image.tag", "container.runtime": "container.runtime",
    "kubernetes.namespace": "k8s.namespace.name", "kubernetes.node.name": "k8s.node.name",
    "kubernetes.pod.name": "k8s.pod.name", "kubernetes.pod.uid": "k8s.pod.uid",
    "host.name": "host.name", "host.id": "host.id", "host.type": "host.type",
    "host.architecture": "host.arch", "host.ip": "host.ip", "process.pid": "process.pid",
    "process.command_line": "process.command_line",
    "process.executable": "process.executable.path", "host.os.platform": "os.type",
    "host.os.full": "os.description", "host.os.name": "os.name", "host.os.version": "os.version",
    "device.id": "device.id", "device.model.identifier": "device.model.identifier",
    "device.model.name": "device.model.name", "device.manufacturer": "device.manufacturer",
  ]

  /// What other fields of the resource start with.
  private static let prefixes = [
    "service.", "agent.", "host.", "cloud.", "container.", "kubernetes.", "process.", "device.",
    "observer.", "data_stream.", "ecs.",
  ]

  // What describes the other end of a call starts with the same.
  private static let others = ["service.target.", "service.origin.", "cloud.origin."]

  /// The name in a resource of the field called `key`; nil where it is one of the span's.
  static func name(of key: String) -> String? {
    if let name = names[key] { return name }
    if others.contains(where: { key.hasPrefix($0) }) { return nil }
    return prefixes.contains { key.hasPrefix($0) } ? key : nil
  }
}
