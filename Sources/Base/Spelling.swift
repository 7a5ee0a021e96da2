/// The known word that somebody most likely meant, or `nil` when none is near.
///
/// Near is one slip for words up to four letters and two above; a slip is a letter too many, too
/// few, wrong, or swapped with its neighbour. Letters are compared without case.
public func nearestWord(to word: Text, among known: [Text]) -> Text? {
  guard (2...32).contains(word.count) else { return nil }
  var best: Text?
  var bestSlips = word.count <= 4 ? 2 : 3
  for candidate in known where abs(candidate.count - word.count) < bestSlips {
    let slips = slipCount(word, candidate)
    if slips < bestSlips {
      best = candidate
      bestSlips = slips
    }
  }
  return best
}

/// The optimal string alignment distance: Levenshtein's with swaps of neighbours.
func slipCount(_ a: Text, _ b: Text) -> Int {
  var older: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let same = lowercased(a[i]) == lowercased(b[j])
      var slips = min(previous[j] + (same ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, lowercased(a[i]) == lowercased(b[j - 1]),
        lowercased(a[i - 1]) == lowercased(b[j])
      {
        slips = min(slips, older[j - 1] + 1)
      }
      row.append(slips)
    }
    (older, previous) = (previous, row)
  }
  return previous[b.count]
}
