import BHTrace

@main
struct BHTPack {
  static func main() {}
}
