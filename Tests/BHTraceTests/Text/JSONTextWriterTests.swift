import Testing

@testable import BHTrace

struct JSONTextWriterTests {
  // Right-hand sides are what Python 3.11's json.dumps(value) prints.
  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"),
    (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"), (123456.789, "123456.789"),
    (1e15, "1000000000000000.0"), (9_007_199_254_740_994, "9007199254740994.0"),
    (1e16, "1e+16"), (1.5e16, "1.5e+16"), (123_456_789_012_345_680, "1.2345678901234568e+17"),
    (1e22, "1e+22"), (1e100, "1e+100"), (Double.leastNonzeroMagnitude, "5e-324"),
    (Double.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    (100.0, "100.0"), (0.001234, "0.001234"), (2.0e-4, "0.0002"), (.infinity, "Infinity"),
    (-.infinity, "-Infinity"), (.nan, "NaN"), (0.30000000000000004, "0.30000000000000004"),
    (9999999999999998.0, "9999999999999998.0"), (12345678901234567.0, "1.2345678901234568e+16"),
  ])
  func floatsArePythons(value: Double, text: String) {
    #expect(String(decoding: PythonFloat.text(value), as: UTF8.self) == text)
  }

  @Test func stringsAreEscapedAsPythonDoes() {
    var writer = JSONTextWriter()
    writer.string(Array("\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}é\u{2028}😀".utf8))
    let text = String(decoding: writer.output.bytes, as: UTF8.self)
    #expect(text == #""\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7f}é\u{2028}😀\"")
  }

  @Test func separatorsStandBetweenThePartsOnly() {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("a")
    writer.beginArray()
    writer.endArray()
    writer.key(Array("b\n".utf8), ByteRange(0, 2))
    writer.beginArray()
    writer.int(-1)
    writer.beginObject()
    writer.endObject()
    writer.null()
    writer.bool(true)
    writer.bool(false)
    writer.double(2)
    writer.endArray()
    writer.endObject()
    #expect(
      String(decoding: writer.output.bytes, as: UTF8.self)
        == #"{"a": [], "b\n": [-1, {}, null, true, false, 2.0]}"#)
  }
}
