/// The inputs a stream is made of: itself, or the members of the container it is, those of containers
/// in it included, in the order in which they lie there.
///
/// A part has to be read before the next one is asked for.
package struct InputParts {
  /// One input.
  package struct Part {
    /// Its name in the container: "export/a.json", "logs.tar: a.json"; empty for the stream itself.
    package let member: String
    /// What it is.
    package let content: Content
  }

  /// What a part is.
  package enum Content {
    /// Spans to be read batch by batch.
    case input(TraceInput)
    /// An archive.
    case archive(SniffedStream)
    /// What cannot be read, and why.
    case failure(FormatError)
    /// What is no file that could hold spans, in words: it is passed over in any case.
    case noInput(String)
  }

  /// A container that is open.
  private struct Container {
    var reader: ContainerReader
    /// Its name in those around it.
    var name: String
    /// The layers around it, itself included.
    var depth: Int
    var members = 0
  }

  private let isStrict: Bool
  private let threads: Int
  private let mending: InputMending
  private var source: (any ByteStream)?
  private var counted: CountedStream?
  private var open: [Container] = []
  /// The container the stream itself is, from the outside in with its layers: "zip", "tar inside
  /// gzip"; nil where it is none.
  package private(set) var containerName: String?

  /// The parts of `source`; what of them is read is with `strict`, `threads` and
  /// `mending` as in `TraceInput`.
  package init(
    _ source: any ByteStream, strict: Bool = false, threads: Int = 1,
    mending: InputMending = InputMending()
  ) {
    self.mending = mending
    self.source = source
    isStrict = strict
    self.threads = threads
  }

  /// Bytes read of the stream so far.
  package var bytesIn: Int { counted?.count ?? 0 }

  /// The next part, or nil at the end. Throws what the stream throws, and `FormatError` where it is
  /// nothing this library can read.
  package mutating func next() throws -> Part? {
    if let source {
      self.source = nil
      let sniffed = try SniffedStream(source)
      counted = sniffed.counted
      if let part = try part(sniffed, named: "", depth: 0) { return part }
      containerName = ([sniffed.entry.name] + sniffed.layers.reversed()).joined(
        separator: " inside ")
    }
    while let container = open.last {
      do {
        guard let member = try container.reader.next() else {
          open.removeLast()
          if container.members > 0 { continue }
          return Part(
            member: container.name,
            content: .failure(
              FormatError(.notRecognized, at: 0, "the \(container.reader.kind) holds no files")))
        }
        open[open.count - 1].members += 1
        let name = container.name.isEmpty ? member.name : "\(container.name): \(member.name)"
        if let reason = Self.reasonToPassOver(member) {
          return Part(member: name, content: .noInput(reason))
        }
        if member.isEncrypted {
          let what = "it is encrypted; unpack the container with its password first"
          return Part(
            member: name, content: .failure(FormatError(.unsupported, at: nil, what)))
        }
        do {
          let sniffed = try SniffedStream(
            MemberBytes(reader: container.reader),
            layersLeft: Sniffer.deepestLayers - container.depth)
          if let part = try part(sniffed, named: name, depth: container.depth) { return part }
        } catch let error as FormatError {
          return Part(member: name, content: .failure(error))
        }
      } catch let error as FormatError {
        open.removeLast()
        return Part(member: container.name, content: .failure(error))
      }
    }
    return nil
  }

  /// The part that `sniffed` is; nil where it is a container, which is open then.
  private mutating func part(
    _ sniffed: SniffedStream, named name: String, depth: Int
  ) throws -> Part? {
    if let kind = sniffed.container {
      let inner = depth + sniffed.layers.count + 1
      if inner > Sniffer.deepestLayers { throw Sniffer.tooDeep() }
      open.append(
        Container(reader: try ContainerReader(sniffed.content, kind), name: name, depth: inner))
      return nil
    }
    if !name.isEmpty && sniffed.format == .empty {
      return Part(member: name, content: .noInput("it has no bytes"))
    }
    if sniffed.isArchive { return Part(member: name, content: .archive(sniffed)) }
    let input = try TraceInput(
      sniffed, strict: isStrict, threads: threads, mending: mending)
    return Part(member: name, content: .input(input))
  }

  /// Why a member cannot hold spans, by what the container says of it; nil where it can.
  private static func reasonToPassOver(_ member: ContainerReader.Member) -> String? {
    switch member.kind {
    case .folder: return "it is a folder"
    case .link: return "it is a link"
    case .special: return "it is no regular file"
    case .file: break
    }
    let parts = member.name.split(separator: "/")
    // What macOS adds to zips and tars about files; in folders hidden files are left out as well.
    return parts.first == "__MACOSX" || parts.last?.hasPrefix(".") == true
      ? "it is a hidden file or one of macOS's own" : nil
  }
}

/// The bytes of the present member of a container.
private struct MemberBytes: ByteStream {
  let reader: ContainerReader

  func next(upTo limit: Int) throws -> [UInt8] { try reader.read(upTo: limit) }
}
