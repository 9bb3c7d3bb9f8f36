@testable import BHTrace

/// What people call the format that `stream` is recognised as, layers taken off; nil where it is none.
func recognisedFormat(_ stream: any ByteStream) throws -> String? {
  try Sniffer.recognise(Sniffer.peel(stream).0).entry?.name
}
