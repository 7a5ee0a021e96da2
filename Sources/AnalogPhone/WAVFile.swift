import Glibc

/// Sound as a WAV file holds it: 16-bit linear samples of one channel.
struct Recording: Equatable {
  /// Samples a second.
  var rate: Int
  /// The samples; two channels of a file are averaged.
  var samples: [Int16]
}

/// Why a file cannot be used.
struct FileError: Error {
  let reason: String
}

/// Reads and writes WAV files (RIFF, format 1: linear samples).
enum WAVFile {
  /// Reads a whole file.
  static func read(_ path: String) throws(FileError) -> Recording {
    let bytes = try readBytes(path)
    do {
      return try decode(bytes)
    } catch {
      throw FileError(reason: "\(path): \(error.reason)")
    }
  }

  /// Takes the samples out of the bytes of a WAV file.
  ///
  /// A program that writes into a pipe does not know the length beforehand and writes a length
  /// that is too large: what is there counts.
  static func decode(_ bytes: [UInt8]) throws(FileError) -> Recording {
    guard bytes.count >= 12, tag(bytes, 0) == "RIFF", tag(bytes, 8) == "WAVE" else {
      throw FileError(reason: "not a WAV file")
    }
    var format: (channels: Int, rate: Int)?
    var position = 12
    while position + 8 <= bytes.count {
      let start = position + 8
      let end = min(bytes.count, start + number(bytes, position + 4, size: 4))
      switch tag(bytes, position) {
      case "fmt ": format = try readFormat(bytes, start, end)
      case "data":
        guard let format else { throw FileError(reason: "its data comes before its format") }
        let samples = readSamples(bytes, start, end, channels: format.channels)
        return Recording(rate: format.rate, samples: samples)
      default: break
      }
      position = end + (end & 1)
    }
    throw FileError(reason: "it has no data")
  }

  /// Writes 8 kHz samples of one channel, replacing the file.
  static func write(_ samples: [Int16], to path: String) throws(FileError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + samples.count * 2)
    append("RIFF", size: UInt32(36 + samples.count * 2), to: &bytes)
    bytes += Array("WAVE".utf8)
    append("fmt ", size: 16, to: &bytes)
    append16([1, 1], to: &bytes)
    append32([8_000, 16_000], to: &bytes)
    append16([2, 16], to: &bytes)
    append("data", size: UInt32(samples.count * 2), to: &bytes)
    samples.withUnsafeBytes { bytes.append(contentsOf: $0) }
    try writeBytes(bytes, to: path)
  }

  private static func readFormat(
    _ bytes: [UInt8], _ start: Int, _ end: Int
  ) throws(FileError) -> (channels: Int, rate: Int) {
    guard end - start >= 16 else { throw FileError(reason: "its format is cut off") }
    let code = number(bytes, start, size: 2)
    let channels = number(bytes, start + 2, size: 2)
    let rate = number(bytes, start + 4, size: 4)
    let bits = number(bytes, start + 14, size: 2)
    // 0xFFFE is the extensible form; with 16 bits it holds the same samples.
    guard code == 1 || code == 0xFFFE, bits == 16, channels == 1 || channels == 2 else {
      throw FileError(reason: "only 16-bit linear samples of one or two channels can be used")
    }
    guard (4_000...192_000).contains(rate) else {
      throw FileError(reason: "\(rate) samples a second cannot be used")
    }
    return (channels, rate)
  }

  private static func readSamples(
    _ bytes: [UInt8], _ start: Int, _ end: Int, channels: Int
  ) -> [Int16] {
    let count = (end - start) / 2
    let all = [Int16](unsafeUninitializedCapacity: count) { buffer, used in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<start + count * 2]))
      }
      used = count
    }
    guard channels == 2 else { return all }
    return (0..<count / 2).map { Int16((Int(all[2 * $0]) + Int(all[2 * $0 + 1])) / 2) }
  }

  private static func tag(_ bytes: [UInt8], _ at: Int) -> String {
    String(decoding: bytes[at..<at + 4], as: UTF8.self)
  }

  private static func number(_ bytes: [UInt8], _ at: Int, size: Int) -> Int {
    (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  private static func append(_ tag: String, size: UInt32, to bytes: inout [UInt8]) {
    bytes += Array(tag.utf8)
    append32([size], to: &bytes)
  }

  private static func append16(_ values: [UInt16], to bytes: inout [UInt8]) {
    for value in values { bytes += [UInt8(value & 0xFF), UInt8(value >> 8)] }
  }

  private static func append32(_ values: [UInt32], to bytes: inout [UInt8]) {
    for value in values {
      for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(value >> shift & 0xFF)) }
    }
  }
}
