import BHTrace

/// Places that are no files: they are told apart from misspelled paths.
enum RemoteLocations {
  /// Throws where one of the files that were typed is a URL.
  static func refuse(in options: Options, of command: Command) throws(UsageError) {
    for path in inputs(of: command, options) where isURL(path) {
      throw UsageError(
        "\(path) is a URL, and only files are read; fetch it first, as in `\(fetching(path)) | "
          + "bhtpack convert - -o traces.bht`")
    }
    if let path = options.output, isURL(path) {
      throw UsageError(
        "\(path) is a URL, and only files are written; write a file and copy it there")
    }
  }

  /// What is typed where files are read.
  private static func inputs(of command: Command, _ options: Options) -> [String] {
    let behind = command.operands.reversed().prefix { !$0.isRepeated }.count { !$0.isOptional }
    let hasFiles = [.archives, .files].contains(command.candidates(after: 0).first)
    let operands =
      hasFiles ? options.operands.dropLast(behind == command.operands.count ? 0 : behind) : []
    return Array(operands) + (options.against ?? []) + options.like
  }

  /// `s3://bucket/key`, `https://host/file`; not a file that is called so.
  static func isURL(_ path: String) -> Bool {
    guard let end = path.firstRange(of: "://")?.lowerBound, let first = path.first, first.isLetter
    else { return false }
    let isScheme = path[..<end].allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0))
    }
    return isScheme && !isFile(path)
  }

  private static func fetching(_ url: String) -> String {
    url.hasPrefix("s3:")
      ? "aws s3 cp \(url) -"
      : url.hasPrefix("gs:") ? "gcloud storage cat \(url)" : "curl -fsSL \(url)"
  }
}
