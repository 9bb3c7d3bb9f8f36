import BHTrace

/// The values of attributes with chosen keys, and what they become in a copy of their source.
///
/// Equal values become equal ones, of the same form. The values of a form are numbered through all
/// copies, and a permutation of all there can be of that form says which number is which: so no two
/// values of all copies are the same until there are no more of the form.
struct FreshValues: Sendable {
  /// What a value is made new by.
  private struct Place {
    var form: Int
    /// Its number among the values of its form.
    var number: UInt64
  }

  private var keys = ByteInterner()
  /// What all texts of a key begin with; nil before the first.
  private var beginnings: [Beginning?]
  private var values = ByteInterner()
  /// The pairs of a value and a key it has: the key in the upper half.
  private var uses: Set<UInt64> = []
  private var places: [Place] = []
  private var forms: [FreshForm] = []
  private let seed: UInt64

  /// The texts of the present copy, each at its `range`.
  private(set) var texts: [UInt8] = []
  /// The integers of the present copy as bits of attributes, by the numbers of their values.
  private(set) var integers: [UInt64] = []

  /// Values of the attributes with one of `keys`.
  init(keys names: [[UInt8]], seed: UInt64) {
    for name in names { _ = keys.intern(name) }
    beginnings = [Beginning?](repeating: nil, count: keys.count)
    self.seed = seed
  }

  /// Whether any values are to be new.
  var hasKeys: Bool { keys.count > 0 }

  /// Notes an attribute of `arena`; the number of its value, nil where it stays as it is.
  mutating func note(_ attribute: AttributeRecord, in arena: [UInt8]) -> Int? {
    guard let key = keys.lookUp(arena, attribute.key) else { return nil }
    let value: Int
    switch attribute.kind {
    case .string:
      value = values.intern(arena, attribute.range, tag: 0)
      let text = arena[attribute.range.positions]
      if beginnings[key] == nil { beginnings[key] = Beginning(text) }
      beginnings[key]?.add(text)
    case .int:
      let bits = (0..<8).map { UInt8(truncatingIfNeeded: attribute.bits >> UInt64(8 * $0)) }
      value = values.intern(bits, ByteRange(0, 8), tag: 1)
      if value == integers.count { integers.append(attribute.bits) }
    default: return nil
    }
    if value == integers.count { integers.append(0) }
    uses.insert(UInt64(key) << 32 | UInt64(value))
    return value
  }

  /// Where value `number` lies in `texts`.
  func range(_ number: Int) -> ByteRange { values.range(number) }

  /// Works out the forms, after the last value was noted.
  mutating func settle() {
    if values.count == places.count { return }
    var kept = [Int](repeating: .max, count: values.count)
    for use in uses {
      let (key, value) = (Int(use >> 32), Int(use & 0xFFFF_FFFF))
      kept[value] = min(kept[value], beginnings[key]?.kept ?? 0)
    }
    texts = values.arena
    forms = []
    var numbers: [ValueForm: Int] = [:]
    places = kept.indices.map { value in
      let form =
        values.tag(value) == 1
        ? ValueForm(integer: Int64(bitPattern: integers[value]))
        : ValueForm(text: values.arena[values.range(value).positions], keeping: kept[value])
      let number = numbers[form] ?? forms.count
      if number == forms.count {
        numbers[form] = number
        forms.append(FreshForm(form, key: SplitMix64.mix(seed) &+ UInt64(number)))
      }
      return Place(form: number, number: forms[number].count())
    }
  }

  /// Makes the values of copy `number`.
  mutating func make(copy number: Int) {
    for (value, place) in places.enumerated() {
      let form = forms[place.form]
      let number = UInt64(number) &* form.valueCount &+ place.number
      if values.tag(value) == 1 {
        integers[value] = form.integer(number)
      } else {
        form.write(number, to: &texts, at: Int(values.range(value).offset))
      }
    }
  }
}

/// What some texts begin with, all of them.
private struct Beginning {
  private var common: [UInt8]
  private var hasSeveral = false

  init(_ text: ArraySlice<UInt8>) { common = Array(text) }

  mutating func add(_ text: ArraySlice<UInt8>) {
    if text.count == common.count && text.elementsEqual(common) { return }
    hasSeveral = true
    let count = zip(text, common).prefix { $0 == $1 }.count
    common.removeLast(common.count - count)
  }

  /// How many bytes of it belong to no value: up to the last that is neither letter nor digit, as
  /// in `order-`. One text alone does not say.
  var kept: Int {
    guard hasSeveral else { return 0 }
    return (common.lastIndex { ValueForm.isSeparator($0) } ?? -1) + 1
  }
}
