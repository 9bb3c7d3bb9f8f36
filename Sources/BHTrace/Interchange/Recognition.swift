/// What an input without its layers was found to hold.
struct Recognition {
  /// What the content is.
  var format = InputFormat.unknown
  /// The line of the table of formats that says so.
  var entry: Sniffer.Format?
  /// The content, from its first byte on that belongs to it.
  var content: BufferedStream
  /// What puts spaces in place of other text around the records.
  var mending: (any MendingStream)?
  /// What was left out before the content.
  var repairs: [StreamRepair] = []
}

extension Sniffer {
  /// Recognises what `stream` holds. Before and between JSON records other text may lie; before
  /// them a byte order mark and NUL bytes as well.
  static func recognise(_ stream: BufferedStream) throws -> Recognition {
    var found = Recognition(content: stream)
    // Files that were being written when a machine went down may begin with NUL bytes. (As lengths
    // of framed messages, of four bytes each, they can be left out as well.)
    var head = try Array(stream.peek(headSize))
    var zeros = 0
    while head.count == headSize && head.rawSpan.isZero {
      // A device may have nothing else, and no end.
      if stream.offset >= mostZeros {
        throw FormatError(
          .notRecognized, at: 0,
          "there is nothing but NUL bytes in the first \(mostZeros >> 20) MiB; give a file of traces"
        )
      }
      var taken: [UInt8] = []
      zeros += try stream.take(headSize, to: &taken)
      head = try Array(stream.peek(headSize))
      if head.isEmpty { return found }
    }
    let isWhole = head.count < headSize
    (found.format, found.entry) = recognise(Head(bytes: head, isWhole: isWhole))
    guard found.format == .unknown || found.entry?.isText == true else { return found }
    let padding = Padding(head)
    head.removeFirst(padding.size)
    let log = RecordScan.ofLog(&head, isWhole: isWhole)
    if log != nil {
      let (format, entry) = recognise(Head(bytes: head, isWhole: isWhole))
      if entry?.isText == true { (found.format, found.entry) = (format, entry) }
    }
    guard found.entry?.isText == true else { return found }
    var taken: [UInt8] = []
    _ = try stream.take(padding.size, to: &taken)
    if let scan = log ?? RecordScan.ofMixedLines(head, isWhole: isWhole) {
      let text = RecordTextStream(stream, scan)
      found.mending = text
      found.content = BufferedStream(text, offset: stream.offset)
    }
    found.repairs = [
      StreamRepair(
        what: "NUL byte outside of the documents left out", count: zeros + padding.zeros),
      StreamRepair(what: "byte order mark left out", count: padding.hasMark ? 1 : 0),
    ]
    return found
  }

  private static func recognise(_ head: Head) -> (InputFormat, Format?) {
    for entry in formats {
      if let format = entry.recognise(head) { return (format, entry) }
    }
    return (.unknown, nil)
  }

  /// The NUL bytes and the byte order mark a text starts with.
  private struct Padding {
    let zeros: Int
    let hasMark: Bool
    var size: Int { zeros + (hasMark ? 3 : 0) }

    init(_ head: [UInt8]) {
      zeros = head.prefix { $0 == 0 }.count
      hasMark = head[zeros...].starts(with: [0xEF, 0xBB, 0xBF])
    }
  }
}
