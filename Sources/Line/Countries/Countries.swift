public import Base

extension CountryProfile {
  /// All countries that have a file in this folder.
  public static var all: [CountryProfile] {
    [.australia, .china, .france, .germany, .hongKong, .japan, .unitedKingdom, .unitedStates]
  }

  /// The country with this code, or `nil`; letters are compared without case.
  public static func named(_ code: Text) -> CountryProfile? {
    all.first { code.equalsIgnoringCase($0.code) }
  }
}
