extension Settings {
  /// Names under which stored credentials belong to a provider: its own, its aliases, and
  /// `custom:NAME` for a configured one.
  ///
  /// - Parameter provider: A canonical name.
  /// - Returns: The names, its own first.
  package func poolNames(_ provider: String) -> [String] {
    var names = [provider]
    // An alias that the configuration uses as a name of its own is another provider.
    names += (Registry.entry(provider)?.aliases ?? []).filter { providers[$0] == nil }
    guard providers[provider] != nil else { return names }
    let slug = provider.lowercased().split(separator: " ").joined(separator: "-")
    names.append("custom:\(provider)")
    if slug != provider { names.append("custom:\(slug)") }
    return names
  }
}
