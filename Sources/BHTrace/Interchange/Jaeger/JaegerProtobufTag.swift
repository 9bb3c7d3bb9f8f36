/// The tags (field number and wire type) of Jaeger's protobuf model, api_v2.
enum JaegerProtobufTag {
  enum Span {
    static let traceID: UInt64 = 1 << 3 | 2
    static let spanID: UInt64 = 2 << 3 | 2
    static let operationName: UInt64 = 3 << 3 | 2
    static let references: UInt64 = 4 << 3 | 2
    static let flags: UInt64 = 5 << 3
    static let startTime: UInt64 = 6 << 3 | 2
    static let duration: UInt64 = 7 << 3 | 2
    static let tags: UInt64 = 8 << 3 | 2
    static let logs: UInt64 = 9 << 3 | 2
    static let process: UInt64 = 10 << 3 | 2
    static let processID: UInt64 = 11 << 3 | 2
    static let warnings: UInt64 = 12 << 3 | 2
  }

  enum KeyValue {
    static let key: UInt64 = 1 << 3 | 2
    static let type: UInt64 = 2 << 3
    static let string: UInt64 = 3 << 3 | 2
    static let bool: UInt64 = 4 << 3
    static let int64: UInt64 = 5 << 3
    static let float64: UInt64 = 6 << 3 | 1
    static let binary: UInt64 = 7 << 3 | 2
  }

  enum Log {
    static let timestamp: UInt64 = 1 << 3 | 2
    static let fields: UInt64 = 2 << 3 | 2
  }

  enum Reference {
    static let traceID: UInt64 = 1 << 3 | 2
    static let spanID: UInt64 = 2 << 3 | 2
    static let type: UInt64 = 3 << 3
  }

  enum Process {
    static let serviceName: UInt64 = 1 << 3 | 2
    static let tags: UInt64 = 2 << 3 | 2
  }

  /// Google's `Timestamp` and `Duration`.
  enum Time {
    static let seconds: UInt64 = 1 << 3
    static let nanoseconds: UInt64 = 2 << 3
  }

  /// `Batch`, and `SpansResponseChunk`, which has spans only.
  enum Batch {
    static let spans: UInt64 = 1 << 3 | 2
    static let process: UInt64 = 2 << 3 | 2
  }

  /// `PostSpansRequest`.
  enum Request {
    static let batch: UInt64 = 1 << 3 | 2
  }
}
