/// The pieces inside a record.
extension OTLPJSONParser {
  /// What was read.
  enum Piece {
    /// A value, or several.
    case value
    /// The bracket that opens `Frame`.
    case opened(Frame)
    /// The bracket that closes the frame.
    case closed
  }

  /// Reads the next piece of `frame`, the innermost one, and changes nothing but the builder and
  /// `frame`; where it throws, nothing that `undo` does not take back. (Spans are pieces one by
  /// one; only the end of a run is left to the caller.)
  @_lifetime(json: copy json)
  mutating func readPiece(
    _ json: inout JSONTokenizer, _ frame: inout Frame, isEnd: Bool
  ) throws(FormatError) -> Piece {
    if frame.kind == .spans { return try readSpans(&json, frame) }
    if frame.isObject {
      guard let name = try json.nextKey() else { return .closed }
      return try readMember(&json, name, &frame, isEnd: isEnd)
    }
    return try json.nextElement() ? try readElement(&json, of: frame) : .closed
  }

  @_lifetime(json: copy json)
  private mutating func readSpans(
    _ json: inout JSONTokenizer, _ frame: Frame
  ) throws(FormatError) -> Piece {
    while try json.nextElement() {
      let place = json.place
      do throws(FormatError) {
        if try json.takeNull() {
          builder.repairs.note(.nullItem)
        } else {
          try builder.readSpan(&json, resource: frame.resource, scope: frame.scope)
        }
      } catch {
        builder.undo(to: mark)
        try builder.stepOver(&json, from: place, error)
      }
      if builder.weight >= mostHeldBack { return .value }
      position = json.position
      frames[frames.count - 1].isFirst = false
      mark = builder.mark
    }
    return .closed
  }

  @_lifetime(json: copy json)
  private mutating func readElement(
    _ json: inout JSONTokenizer, of frame: Frame
  ) throws(FormatError) -> Piece {
    let place = json.place
    if try json.takeNull() {
      builder.repairs.note(.nullItem)
      return .value
    }
    do throws(FormatError) {
      try json.beginObject()
    } catch {
      try builder.stepOver(&json, from: place, error)
      return .value
    }
    if frame.kind != .documents && json.position < json.bytes.byteCount
      && json.bytes.byte(at: json.position) == UInt8(ascii: "}")
    {
      // Nothing in it: the bracket that closes it comes next.
      _ = try json.nextKey()
      return .value
    }
    switch frame.kind {
    // Groups get a record when there is something for it: a million empty ones cost nothing.
    case .documents: return try opened(Frame(kind: .document), json)
    case .groups: return try opened(Frame(kind: .group), json)
    default: return try opened(Frame(kind: .scope, resource: frame.resource), json)
    }
  }

  private func opened(_ inner: Frame, _ json: borrowing JSONTokenizer) throws(FormatError) -> Piece
  {
    if frames.count == Self.deepest {
      throw FormatError(
        .outOfBounds, at: json.base + json.position,
        "more than \(Self.deepest) objects and arrays lie around the spans")
    }
    return .opened(inner)
  }

  @_lifetime(json: copy json)
  private mutating func readMember(
    _ json: inout JSONTokenizer, _ name: JSONString, _ frame: inout Frame, isEnd: Bool
  ) throws(FormatError) -> Piece {
    let key = builder.known(name, json)
    let place = json.place
    if key != .unknown, try json.takeNull() { return .value }
    do throws(FormatError) {
      if let piece = try readKnown(&json, key, &frame) { return piece }
    } catch {
      try builder.stepOver(&json, from: place, error)
      try requireMore(json, isEnd: isEnd)
      return .value
    }
    do throws(FormatError) {
      _ = try json.skipValue()
      try requireMore(json, isEnd: isEnd)
      note(name, json, in: frame)
      return .value
    } catch {
      json.goBack(to: place)
      let kind = try json.peek()
      if isEnd || json.bytes.byteCount - json.position < Self.largestChecked
        || error.code != .truncated || (kind != .object && kind != .array)
      {
        throw error
      }
      note(name, json, in: frame)
      return .opened(Frame(kind: .skipped, resource: frame.resource, scope: frame.scope))
    }
  }

  /// Counts a member that is stepped over.
  private mutating func note(
    _ name: JSONString, _ json: borrowing JSONTokenizer, in frame: Frame
  ) {
    if frame.kind == .document {
      builder.noteOther(name, json)
    } else {
      builder.repairs.noteUnknown(json.bytes.array(name.contents))
    }
  }

  /// Throws where a number that was stepped over may go on behind the window.
  private func requireMore(
    _ json: borrowing JSONTokenizer, isEnd: Bool
  ) throws(FormatError) {
    if json.position == json.bytes.byteCount && !isEnd {
      throw json.unexpected("the end of a value")
    }
  }

  /// Reads the value of a key that means something where it stands; nil, with nothing read, where
  /// it does not.
  @_lifetime(json: copy json)
  private mutating func readKnown(
    _ json: inout JSONTokenizer, _ key: OTLPJSONKey, _ frame: inout Frame
  ) throws(FormatError) -> Piece? {
    switch (frame.kind, key) {
    case (.document, .resourceSpans), (.document, .batches):
      try json.beginArray()
      return try opened(Frame(kind: .groups), json)
    case (.document, .trace), (.document, .result):
      guard try json.peek() == .object else { return nil }
      try json.beginObject()
      return try opened(Frame(kind: .document), json)
    case (.document, .resource), (.group, .resource):
      makeGroup(&frame)
      noteIfLate(frame, json)
      try builder.readResource(&json, number: frame.resource)
    case (.document, .schemaURL), (.group, .schemaURL):
      makeGroup(&frame)
      noteIfLate(frame, json)
      builder.batch.resources[frame.resource].schemaURL = try builder.text(&json)
    case (.document, .scopeSpans), (.group, .scopeSpans),
      (.document, .instrumentationLibrarySpans), (.group, .instrumentationLibrarySpans):
      try json.beginArray()
      if key == .instrumentationLibrarySpans { builder.repairs.note(.olderScopeGroup) }
      makeGroup(&frame)
      return try opened(Frame(kind: .scopes, resource: frame.resource), json)
    case (.scope, .scope), (.scope, .instrumentationLibrary):
      makeScope(&frame)
      noteIfLate(frame, json)
      try builder.readScope(&json, number: frame.scope)
    case (.scope, .schemaURL):
      makeScope(&frame)
      noteIfLate(frame, json)
      builder.batch.scopes[frame.scope].schemaURL = try builder.text(&json)
    case (.scope, .spans):
      try json.beginArray()
      makeScope(&frame)
      return try opened(
        Frame(kind: .spans, resource: frame.resource, scope: frame.scope), json)
    default: return nil
    }
    return .value
  }

  /// Gives a group, or a document that has the members of one, its record.
  private mutating func makeGroup(_ frame: inout Frame) {
    if frame.resource < 0 { frame.resource = builder.addResource() }
  }

  private mutating func makeScope(_ frame: inout Frame) {
    if frame.scope < 0 { frame.scope = builder.addScope() }
  }

  private mutating func noteIfLate(_ frame: Frame, _ json: borrowing JSONTokenizer) {
    if frame.isCut {
      builder.problems.append(
        FormatError(
          .outOfBounds, at: json.base + json.position,
          "what belongs to all spans of a group comes after so many of them that the first were "
            + "read without it"))
    }
  }
}
