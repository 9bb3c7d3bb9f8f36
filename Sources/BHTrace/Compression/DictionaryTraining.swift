internal import CZstd

/// Learns zstd dictionaries from samples.
enum DictionaryTraining {
  /// Samples are cut into pieces of at most this many bytes for training.
  private static let pieceBytes = 1024

  /// A dictionary of at most `capacity` bytes for content like `samples`, to be used at `level`; nil
  /// where there is too little to learn from. The same samples give the same dictionary.
  ///
  /// The corresponding C function is `ZDICT_trainFromBuffer_fastCover`.
  static func train(_ samples: [[UInt8]], capacity: Int, level: Int) -> [UInt8]? {
    var content: [UInt8] = []
    var sizes: [Int] = []
    for sample in samples {
      content.append(contentsOf: sample)
      var left = sample.count
      while left > 0 {
        sizes.append(min(left, pieceBytes))
        left -= min(left, pieceBytes)
      }
    }
    if sizes.isEmpty { return nil }
    // Segments of 400 bytes did best on traces, of 50 to 800.
    var parameters = ZDICT_fastCover_params_t()
    parameters.k = 400
    parameters.d = 8
    parameters.f = 18
    parameters.accel = 1
    parameters.splitPoint = 1
    parameters.zParams.compressionLevel = Int32(level)
    var made = 0
    let dictionary = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      made = unsafe ZDICT_trainFromBuffer_fastCover(
        output.baseAddress, capacity, content, sizes, UInt32(sizes.count), parameters)
      count = ZDICT_isError(made) != 0 ? 0 : made
    }
    return dictionary.isEmpty ? nil : dictionary
  }
}
