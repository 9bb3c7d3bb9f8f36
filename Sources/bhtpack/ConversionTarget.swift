/// What `convert` can write.
enum ConversionTarget: String, CaseIterable {
  /// `.bht` version 2.
  case bht
  /// `.bht` version 1.
  case bht1
  /// OTLP protobuf.
  case otlpProto = "otlp-proto"

  /// What the name of an output says; nil where it says nothing.
  init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    switch name.split(separator: ".").last ?? "" {
    case "bht": self = .bht
    case "bht1": self = .bht1
    case "pb", "otlp", "proto", "binpb": self = .otlpProto
    default: return nil
    }
  }
}
