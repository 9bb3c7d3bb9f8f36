extension JSONTokenizer {
  /// Reads one value of any kind and passes its parts on to `sink`, escapes decoded.
  @_lifetime(self: copy self)
  mutating func passValue(to sink: inout some ValueSink) throws(FormatError) {
    let outside = depth
    var text: [UInt8] = []
    repeat {
      switch try peek() {
      case .object:
        try beginObject()
        sink.beginObject()
      case .array:
        try beginArray()
        sink.beginArray()
      case .string:
        copy(try string(), to: &text)
        sink.string(text, ByteRange(0, text.count))
      case .number: pass(try number(), to: &sink)
      case .bool: sink.bool(try bool())
      case .null:
        try null()
        sink.null()
      }
      // On to the next value inside, out of the containers that end here.
      while depth > outside {
        if isInObject {
          if let key = try nextKey() {
            copy(key, to: &text)
            sink.key(text, ByteRange(0, text.count))
            break
          }
          sink.endObject()
        } else {
          if try nextElement() { break }
          sink.endArray()
        }
      }
    } while depth > outside
  }

  private func copy(_ string: JSONString, to text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    decode(string, into: &text)
  }

  private func pass(_ number: JSONNumber, to sink: inout some ValueSink) {
    if number.form != .integer {
      sink.double(number.double(in: bytes))
    } else if let value = number.int64(in: bytes) {
      sink.int(value)
    } else {
      let digits = bytes.array(number.text)
      sink.bigInt(digits, ByteRange(0, digits.count))
    }
  }
}
