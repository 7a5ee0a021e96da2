public import Base

extension Configuration {
  /// The reference of all parameters as a Markdown page, made from the schema.
  public static func referencePage() -> Text {
    var page = Text(referenceHead)
    append(.box, title: "The box", to: &page)
    append(.port, title: "Each port", to: &page)
    return page
  }

  private static var referenceHead: StaticString {
    """
    # Parameters

    Made from the schema; change `Schema.swift`, not this page.

    A configuration is a file of commands, one a line. A line that begins with `!` or `#` is a
    comment. A value with spaces stands in double quotes, in which `\\"` and `\\\\` stand for `"` and
    `\\`. The names of TR-104 are those of issue 2, below `Device.Services.`; those of
    G.988 are managed entities with an attribute. `Agent.md` tells how an agent sets them.

    """
  }

  private static func append(_ scope: ParameterScope, title: StaticString, to page: inout Text) {
    page.append("\n## ")
    page.append(title)
    page.append("\n\n| command | value | standard | counts | meaning | TR-104 | G.988 |\n")
    page.append("|---|---|---|---|---|---|---|\n")
    for parameter in Parameter.allCases where parameter.row.scope == scope {
      append(parameter, to: &page)
    }
  }

  private static func append(_ parameter: Parameter, to page: inout Text) {
    let row = parameter.row
    page.append("| `")
    if row.scope == .port { page.append("port N ") }
    page.append(row.words)
    page.append("` | ")
    page.appendCell(row.type.summary)
    page.append(" | ")
    page.appendCell(standardText(row))
    page.append(row.effect == .live ? " | at once | " : " | after a restart | ")
    page.append(row.help)
    page.append(" | ")
    if let name = parameter.dataModelName {
      page.append("`")
      page.append(name)
      page.append("`")
    }
    page.append(" | ")
    if let name = parameter.managedEntityName { page.append(name) }
    page.append(" |\n")
  }

  private static func standardText(_ row: ParameterRow) -> Text {
    var text = Text()
    if row.isMandatory { text.append("must be set") }
    guard let standard = row.standard else { return text }
    text.append(standard, as: row.type)
    return Text(text.dropFirst())
  }
}

extension Array where Element == UInt8 {
  /// Appends the text of a cell, with the bar that would end it escaped (GitHub Flavored Markdown).
  fileprivate mutating func appendCell(_ text: Text) {
    for byte in text {
      if byte == UInt8(ascii: "|") { append(UInt8(ascii: "\\")) }
      append(byte)
    }
  }
}
