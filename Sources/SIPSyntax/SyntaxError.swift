/// Why bytes are not the SIP element that they should be, and where that was seen.
///
/// The reason is what the counters are kept by; the offset is what an operator needs in a log line.
public struct SyntaxError: Error, Equatable, Sendable {
  /// What is wrong, one case for each thing that a log can count.
  public enum Reason: UInt8, CaseIterable, Equatable, Sendable {
    /// Nothing but line breaks: the keep-alive of RFC 5626 §3.5.1, or an empty datagram.
    case empty
    /// More bytes than a datagram can carry.
    case tooLong
    /// More header fields than the limit.
    case tooManyFields
    /// The first line is neither a request line nor a status line.
    case badStartLine
    /// The version is not SIP/2.0.
    case badVersion
    /// The status code is not three digits from 100 to 699.
    case badStatusCode
    /// The Request-URI is empty, in angle brackets or holds white space.
    case badRequestURI
    /// A carriage return or a line feed stands alone.
    case badLineEnd
    /// The empty line behind the header is missing.
    case missingEmptyLine
    /// A header line has no colon.
    case missingColon
    /// The name in front of the colon is not a token, or is longer than 255 bytes.
    case badFieldName
    /// A header field that may stand once stands twice.
    case repeatedField
    /// A number is not made of digits or is out of its range.
    case badNumber
    /// The body is shorter than the Content-Length says.
    case truncatedBody
    /// There is no Via.
    case missingVia
    /// There is no From.
    case missingFrom
    /// There is no To.
    case missingTo
    /// There is no Call-ID.
    case missingCallID
    /// There is no CSeq.
    case missingCSeq
    /// There is no Contact in a request that makes a dialog.
    case missingContact
    /// A response carries more than our own Via (RFC 3261 §8.1.3.3).
    case foreignVia
    /// A Via value does not follow the grammar.
    case badVia
    /// A From, To, Contact or route value does not follow the grammar.
    case badNameAddress
    /// A quoted string has no end or a bad escape.
    case badQuotedString
    /// A parameter has no name or a bad value.
    case badParameter
    /// A URI does not follow the grammar of its scheme.
    case badURI
    /// A host is neither a name, an IPv4 address nor an IPv6 address in brackets.
    case badHost
    /// A port is not a number from 1 to 65535.
    case badPort
    /// A `%` is not followed by two hexadecimal digits.
    case badEscape
    /// A CSeq value is not a number below 2^31 and a method.
    case badCSeq
    /// The CSeq names another method than the request line.
    case methodMismatch
    /// A Call-ID is not one or two words around an `@`.
    case badCallID
    /// A challenge lacks a realm or a nonce, or does not follow the grammar.
    case badChallenge
    /// The authentication scheme is not Digest.
    case unknownScheme
  }

  /// What is wrong.
  public let reason: Reason
  /// The byte of the message where it was seen.
  public let offset: Int

  /// Makes the error from its two parts.
  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
