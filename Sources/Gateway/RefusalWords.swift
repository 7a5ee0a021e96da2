internal import Base
internal import SDP
internal import SIPSyntax

/// Why a message or a description was refused, in the operator's words.
extension Array where Element == UInt8 {
  mutating func append(_ reason: SyntaxError.Reason) { append(reason.words) }

  mutating func append(_ error: SDPError) {
    append(error.reason.words)
    guard error.line > 0 else { return }
    append(" in line ")
    append(decimal: error.line)
  }
}

extension SyntaxError.Reason {
  var words: StaticString {
    switch self {
    case .empty: "empty message"
    case .tooLong: "longer than a datagram"
    case .tooManyFields: "too many header fields"
    case .badStartLine: "bad first line"
    case .badVersion: "version is not SIP/2.0"
    case .badStatusCode: "bad status code"
    case .badRequestURI: "bad Request-URI"
    case .badLineEnd: "a line end is broken"
    case .missingEmptyLine: "no empty line behind the header"
    case .missingColon: "header line without a colon"
    case .badFieldName: "bad header name"
    case .repeatedField: "header field given twice"
    case .badNumber: "bad number"
    case .truncatedBody: "body shorter than Content-Length"
    case .missingVia: "no Via"
    case .missingFrom: "no From"
    case .missingTo: "no To"
    case .missingCallID: "no Call-ID"
    case .missingCSeq: "no CSeq"
    case .missingContact: "no Contact"
    case .foreignVia: "somebody else's Via"
    case .badVia: "bad Via"
    case .badNameAddress: "bad address"
    case .badQuotedString: "bad quoted string"
    case .badParameter: "bad parameter"
    case .badURI: "bad URI"
    case .badHost: "bad host"
    case .badPort: "bad port"
    case .badEscape: "bad % escape"
    case .badCSeq: "bad CSeq"
    case .methodMismatch: "CSeq names another method"
    case .badCallID: "bad Call-ID"
    case .badChallenge: "bad challenge"
    case .unknownScheme: "not Digest"
    }
  }
}

extension SDPError.Reason {
  var words: StaticString {
    switch self {
    case .tooLarge: "too large"
    case .badLine: "not a line of SDP"
    case .badVersion: "version is not 0"
    case .badOrigin: "bad origin"
    case .badConnection: "bad connection address"
    case .badMedia: "bad media line"
    case .badAttribute: "bad attribute"
    case .noAudio: "no audio stream"
    case .noConnection: "no address for the audio"
    case .otherFamily: "an address of the other IP version"
    case .noCommonCodec: "no common codec"
    case .notAnAnswer: "not an answer to the offer"
    case .noKeys: "no usable key for SRTP"
    case .badKeys: "a key for SRTP that was not offered"
    }
  }
}
