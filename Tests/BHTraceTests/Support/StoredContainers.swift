/// Zips and tars that store their members as they are, byte by byte.
enum StoredContainer {
  /// A member: its name and content; in a tar also its type (a digit) where it is no file.
  struct Member {
    var name: String
    var content: [UInt8]
    var type: UInt8 = UInt8(ascii: "0")
    var isEncrypted = false

    init(_ name: String, _ content: [UInt8], type: Character = "0", isEncrypted: Bool = false) {
      self.name = name
      self.content = content
      self.type = type.asciiValue ?? 0
      self.isEncrypted = isEncrypted
    }
  }

  /// A zip with a directory at its end.
  static func zip(_ members: [Member]) -> [UInt8] {
    var (out, directory): ([UInt8], [UInt8]) = ([], [])
    for member in members {
      let offset = out.count
      let common =
        le16(20) + le16(member.isEncrypted ? 1 : 0) + le16(0) + le16(0) + le16(33)
        + le32(StoredLayer.crc32(member.content)) + le32(UInt32(member.content.count))
        + le32(UInt32(member.content.count)) + le16(member.name.utf8.count) + le16(0)
      out += [0x50, 0x4B, 3, 4] + common + Array(member.name.utf8) + member.content
      directory +=
        [0x50, 0x4B, 1, 2] + le16(20) + common + le16(0) + le16(0) + le16(0) + le32(0)
        + le32(UInt32(offset)) + Array(member.name.utf8)
    }
    let end =
      [0x50, 0x4B, 5, 6] + le16(0) + le16(0) + le16(members.count) + le16(members.count)
      + le32(UInt32(directory.count)) + le32(UInt32(out.count)) + le16(0)
    return out + directory + end
  }

  /// A tar of the POSIX form.
  static func tar(_ members: [Member]) -> [UInt8] {
    var out: [UInt8] = []
    for member in members {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        for (index, byte) in text.utf8.enumerated() { header[place + index] = byte }
      }
      func octal(_ value: Int, _ width: Int) -> String {
        let digits = String(value, radix: 8)
        return String(repeating: "0", count: width - digits.count) + digits
      }
      put(member.name, at: 0)
      put("0000644", at: 100)
      put("0000000", at: 108)
      put("0000000", at: 116)
      put(octal(member.content.count, 11), at: 124)
      put("00000000000", at: 136)
      put("        ", at: 148)
      header[156] = member.type
      if member.type == UInt8(ascii: "2") { put("elsewhere", at: 157) }
      put("ustar", at: 257)
      put("00", at: 263)
      let sum = header.reduce(0) { $0 + Int($1) }
      put(octal(sum, 6), at: 148)
      header[154] = 0
      out += header + member.content
      out += [UInt8](repeating: 0, count: (512 - member.content.count % 512) % 512)
    }
    return out + [UInt8](repeating: 0, count: 1_024)
  }

  private static func le16(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }

  private static func le32(_ value: UInt32) -> [UInt8] { StoredLayer.littleEndian(value) }
}
