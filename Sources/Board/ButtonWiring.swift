/// How the button is wired that takes the box back to the factory's settings.
public struct ButtonWiring: Equatable, Sendable {
  /// Input: the button is pressed.
  public var pin: GPIOPin
  /// Output: the lamp that answers whoever holds it, if there is one.
  public var lamp: GPIOPin?

  /// Describes a button without a lamp.
  public init(pin: GPIOPin) { self.pin = pin }
}
