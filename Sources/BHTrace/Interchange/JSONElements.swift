/// One object of a JSON input.
struct JSONElement {
  /// Its text; without its end where the input is damaged.
  var bytes: [UInt8]
  /// Whether its end was found.
  var isWhole: Bool
  /// Where it starts in the input.
  var offset: Int
  /// The line it starts on, from 1.
  var line: Int
}

/// Takes a JSON input apart into the objects it is made of, one at a time: a single object, objects
/// one a line or end to end, arrays of objects, and arrays of such arrays.
///
/// Where an object leads along the keys of one of the `wrappers` to an array or an object, it stands
/// for what is in that. Only brackets and quotes are looked at; whether an element is JSON is for its reader to find out, which says
/// `resume` where it is not: a line that is broken off then costs no more than itself.
final class JSONElements {
  private let stream: BufferedStream
  private let wrappers: [Wrapper]
  private let longestObject: Int
  private var buffer: [UInt8] = []
  // Offset of the buffer in the input, and the next byte's index in the buffer.
  private var base: Int
  private var position = 0
  private var line = 1
  private var open: [Bracket] = []
  private var isAtEnd = false
  // Going back costs time, which a hostile input could ask for at every line: above the limit a
  // line is taken for a whole element.
  private var reread = 0

  /// What stands before the elements in the last wrapper that was entered.
  private(set) var wrapperHead: [UInt8] = []
  /// How many wrappers were entered.
  private(set) var wrapperCount = 0

  private enum Bracket { case array, wrapper }

  /// Keys, each of the object under the one before.
  typealias Wrapper = [StaticString]

  private static let deepest = 16
  /// An object is held whole while it is read, so a longer one (bytes) is refused: a few kilobytes
  /// of compressed input can say that they are gigabytes.
  static let longestObject = 512 << 20
  private static let rereadLimit = 1 << 24
  private static let lookAhead = 1 << 16
  // What stands before a wrapper of several keys is no longer than this, arrays and all.
  private static let wrapperStart = 1 << 10

  /// The elements of what is left of `stream`; `longestObject` is another limit in tests only.
  init(
    _ stream: BufferedStream, wrappers: [Wrapper] = [],
    longestObject: Int = JSONElements.longestObject
  ) {
    self.stream = stream
    self.longestObject = longestObject
    self.wrappers = wrappers
    base = stream.offset
  }

  /// The next object, or nil at the end. Notes what stands where an object has to.
  func next(_ report: inout InputReport) throws -> JSONElement? {
    while let byte = try significantByte() {
      switch byte {
      case UInt8(ascii: "{"):
        if try enterWrapper() { continue }
        return try takeObject()
      case UInt8(ascii: "["):
        if open.count == Self.deepest {
          isAtEnd = true
          throw FormatError(
            .unsupported, at: base + position, "more than \(Self.deepest) arrays lie in each other")
        }
        open.append(.array)
        position += 1
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]") where open.last == .array,
        UInt8(ascii: "}") where open.last == .wrapper:
        open.removeLast()
        position += 1
      default:
        if open.last == .wrapper {
          try skipMembers(&report)
        } else if try open.isEmpty && skipPadding(&report) {
          continue
        } else {
          try report.note(misplaced(byte))
          try skipJunk()
        }
      }
    }
    if !open.isEmpty {
      open = []
      try report.note(
        FormatError(.truncated, at: base + position, "the input ends inside an array"))
    }
    return nil
  }

  /// After `element`, the last one, turned out to be malformed: goes back to the first of its
  /// lines behind the error that starts an object. Where the element has no end and nothing of it
  /// `wasUsed`, that can be a line before the error: the first one may be what is broken off.
  func resume(after error: FormatError, in element: JSONElement, wasUsed: Bool) {
    let isOpen = !element.isWhole && !wasUsed
    let from = isOpen ? 1 : max(1, (error.offset ?? 0) - element.offset)
    var lines = 0
    for index in 0..<max(0, element.bytes.count - 1) where element.bytes[index] == 0x0A {
      lines += 1
      if index + 1 >= from && element.bytes[index + 1] == UInt8(ascii: "{") {
        let back = element.offset + index + 1 - base
        reread += position - back
        position = back
        line = element.line + lines
        return
      }
    }
  }

  // MARK: Bytes

  /// Reads on, keeping the buffer from `kept` on; false at the end. Indices move by the result.
  private func refill(keepingFrom kept: Int) throws -> Int? {
    if isAtEnd { return nil }
    let more: [UInt8]
    do { more = try stream.next(upTo: BufferedStream.chunkSize) } catch {
      isAtEnd = true
      throw error
    }
    if more.isEmpty {
      isAtEnd = true
      return nil
    }
    buffer.removeFirst(kept)
    base += kept
    position -= kept
    if buffer.isEmpty { buffer = more } else { buffer.append(contentsOf: more) }
    return kept
  }

  /// The next byte that is not white space, which stays the next byte; nil at the end.
  private func significantByte() throws -> UInt8? {
    while true {
      while position < buffer.count {
        let byte = buffer[position]
        if byte == 0x0A { line += 1 }
        if byte > 0x20 || (byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09) {
          return byte
        }
        position += 1
      }
      if try refill(keepingFrom: position) == nil { return nil }
    }
  }

  /// Steps over NUL bytes and byte order marks between texts that were put end to end; false where
  /// there are none.
  private func skipPadding(_ report: inout InputReport) throws -> Bool {
    let zeros = buffer[position...].prefix { $0 == 0 }.count
    if zeros > 0 {
      position += zeros
      report.noteRepairs("NUL byte outside of the documents left out", zeros)
      return true
    }
    while buffer.count - position < 3, try refill(keepingFrom: position) != nil {}
    guard buffer[position...].starts(with: [0xEF, 0xBB, 0xBF]) else { return false }
    position += 3
    report.noteRepairs("byte order mark left out", 1)
    return true
  }

  private func misplaced(_ byte: UInt8) -> FormatError {
    let name =
      (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    return FormatError(
      .invalid, at: base + position, "\(name) stands where an object has to (line \(line))")
  }

  /// Steps over what is no object: the rest of the line, or inside an array up to the next value.
  private func skipJunk() throws {
    var isInString = buffer[position] == UInt8(ascii: "\"")
    position += 1
    while true {
      while position < buffer.count {
        let byte = buffer[position]
        if byte == 0x0A { return }
        if byte == UInt8(ascii: "\"") { isInString.toggle() }
        let ends = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
        if ends && !isInString && !open.isEmpty { return }
        position += 1
      }
      if try refill(keepingFrom: position) == nil { return }
    }
  }

  // MARK: Objects

  /// Takes the object that starts at the next byte.
  private func takeObject() throws -> JSONElement {
    var start = position
    let firstLine = line
    var scan = ObjectScan(staysInLine: reread > Self.rereadLimit)
    while !scan.isOver {
      position = scan.run(buffer, from: position)
      if position - start > longestObject {
        isAtEnd = true
        throw FormatError(
          .unsupported, at: base + start,
          "an object is longer than the \(longestObject >> 20) MiB that are read at a time "
            + "(line \(firstLine)); write its traces as smaller objects, a span a line say")
      }
      if !scan.isOver {
        guard let moved = try refill(keepingFrom: start) else { break }
        start -= moved
      }
    }
    line += scan.lines
    return JSONElement(
      bytes: Array(buffer[start..<position]), isWhole: scan.isWhole, offset: base + start,
      line: firstLine)
  }

  /// Enters the object at the next byte where it is a wrapper; false leaves everything as it was.
  private func enterWrapper() throws -> Bool {
    if wrappers.isEmpty || !open.isEmpty { return false }
    while buffer.count - position < Self.lookAhead, try refill(keepingFrom: position) != nil {}
    let head = Array(buffer[position..<min(buffer.count, position + Self.lookAhead)])
    for wrapper in wrappers {
      guard let inside = Self.place(of: wrapper, in: head) else { continue }
      for byte in head[..<inside] where byte == 0x0A { line += 1 }
      for _ in wrapper { open.append(.wrapper) }
      wrapperHead = Array(head[..<inside])
      wrapperCount += 1
      position += inside
      return true
    }
    return false
  }

  /// Where in the object at the start of `head` the array or object lies that `wrapper` leads to.
  /// Before a single key there may be scalars only, so that objects of other sorts cost little.
  private static func place(of wrapper: Wrapper, in head: [UInt8]) -> Int? {
    let isLong = wrapper.count > 1
    let bytes = isLong ? Array(head.prefix(wrapperStart)) : head
    var json = JSONTokenizer(bytes.rawSpan)
    do throws(FormatError) {
      for (index, wanted) in wrapper.enumerated() {
        try json.beginObject()
        guard try isFound(wanted, &json, skipsContainers: isLong) else { return nil }
        let kind = try json.peek()
        if index + 1 == wrapper.count {
          return kind == .object || kind == .array ? json.position : nil
        }
        if kind != .object { return nil }
      }
    } catch { return nil }
    return nil
  }

  /// Goes to the value under `wanted` in the open object.
  @_lifetime(json: copy json)
  private static func isFound(
    _ wanted: StaticString, _ json: inout JSONTokenizer, skipsContainers: Bool
  ) throws(FormatError) -> Bool {
    while let key = try json.nextKey() {
      if json.equals(key, wanted) { return true }
      let kind = try json.peek()
      if !skipsContainers && (kind == .object || kind == .array) { return false }
      _ = try json.skipValue()
    }
    return false
  }

  /// Steps over the members of a wrapper that follow the one with the elements.
  private func skipMembers(_ report: inout InputReport) throws {
    var scan = ObjectScan(depth: 1)
    while true {
      position = scan.run(buffer, from: position)
      if scan.isOver { break }
      if try refill(keepingFrom: position) == nil { break }
    }
    line += scan.lines
    if !scan.isWhole { return }
    // The bracket at the end is the next byte again: the wrapper's own, or one that is stepped over.
    position -= 1
    if buffer[position] == UInt8(ascii: "}") { return }
    let error = misplaced(buffer[position])
    position += 1
    try report.note(error)
  }
}
